/** Short contents that are moved: each value of the result comes from a place of the input. */
import type { Dim } from "./_dim.ts";
import { CONTENTS_MAX, known, tensor, type Value } from "./_value.ts";

/** `input` as a result of `shape`, whose value at some coordinates stands at `from` of them. */
export function rearranged(
  input: Value,
  shape: readonly Dim[],
  from: (at: readonly number[]) => readonly number[],
): Value {
  const { type, contents } = input;
  const [given, wanted] = [wholes(input.shape), wholes(shape)];
  if (contents === undefined || given === null || wanted === null) return tensor(type, shape);
  const count = wanted.reduce((total, size) => total * size, 1);
  if (count > CONTENTS_MAX) return tensor(type, shape);
  const moved = Array.from({ length: count }, (_, place) => {
    const coordinates = from(coordinatesOf(place, wanted));
    const index = given.reduce((sum, size, axis) => sum * size + (coordinates[axis] ?? 0), 0);
    return contents[index] ?? 0;
  });
  return known(type, shape, moved);
}

function wholes(shape: readonly Dim[] | null): readonly number[] | null {
  return shape?.every((size) => typeof size === "number") === true ? shape : null;
}

function coordinatesOf(place: number, shape: readonly number[]): readonly number[] {
  let rest = place;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .toReversed();
}
