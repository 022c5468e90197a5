/** What is known of a value that a graph computes: its type, its shape, sometimes its contents. */
import { isSameDim, product, type Dim } from "./_dim.ts";

/** A tensor whose values the file holds, or that a graph makes out of nothing. */
export interface Stored {
  readonly elements: number;
  /** Its number of the schema's element types. */
  readonly type: number;
}

export interface Value {
  /** Number of the schema's element types; 0 is unknown. */
  readonly type: number;
  /** Null where even the rank is unknown. */
  readonly shape: readonly Dim[] | null;
  /** Contents, of short tensors that shapes are computed from; booleans are 0 and 1. */
  readonly contents?: readonly Dim[];
  /** Tensors it is computed from, where it depends on nothing else: it can be computed beforehand. */
  readonly stored?: readonly Stored[];
  /** It stands in the file as it is, not computed from what does. */
  readonly isHeld?: boolean;
  /** It is a sequence, of this many such tensors. */
  readonly length?: Dim;
  /** Place of the network's node that wrote it; absent where none did. */
  readonly origin?: number;
  /** The type it is kept in, where it was widened for the operator that follows (QDQ). */
  readonly quantised?: number;
}

/** Contents longer than this are no shapes. */
export const CONTENTS_MAX = 1024;

export function tensor(type: number, shape: readonly Dim[] | null): Value {
  return { type, shape };
}

/** A value with contents, kept where they are few. */
export function known(type: number, shape: readonly Dim[], contents: readonly Dim[]): Value {
  return contents.length <= CONTENTS_MAX ? { type, shape, contents } : { type, shape };
}

/** A list of whole numbers, as shapes are. */
export function list(type: number, contents: readonly Dim[]): Value {
  return known(type, [contents.length], contents);
}

/** Number of elements; null where a size or the rank is unknown. */
export function elements(value: Value | null | undefined): number | null {
  if (value === null || value === undefined || value.shape === null) return null;
  const count = product(value.shape);
  return typeof count === "number" ? count : null;
}

/** Contents as numbers; null where one is unknown. */
export function numbers(value: Value | null | undefined): readonly number[] | null {
  const { contents } = value ?? {};
  if (contents === undefined) return null;
  return contents.every((each) => typeof each === "number") ? contents : null;
}

/** The shape of an elementwise result: sizes of 1 stretch; null where shapes do not fit. */
export function broadcast(shapes: readonly (readonly Dim[])[]): readonly Dim[] | null {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis += 1) {
    const size = stretched(shapes.map((shape) => shape[axis - rank + shape.length] ?? 1));
    if (size === null) return null;
    result.push(size);
  }
  return result;
}

/** Of a size that is known and one that is not, the known one is what a run would have to bring. */
function stretched(sizes: readonly Dim[]): Dim | null {
  const large = sizes.filter((size) => size !== 1);
  const fixed = large.find((size) => typeof size === "number");
  if (large.some((size) => typeof size === "number" && !isSameDim(size, fixed ?? size)))
    return null;
  return fixed ?? large[0] ?? 1;
}

/** What was inferred; where it says nothing, or is not to be trusted, what the file says. */
export function merged(own: Value, declared: Value, trustsOwn = true): Value {
  const type = own.type === 0 ? declared.type : own.type;
  const said = declared.shape;
  if (own.shape === null) return { ...own, type, shape: said };
  if (said === null || said.length !== own.shape.length) return { ...own, type };
  const shape = own.shape.map((size, axis) => {
    const other = said[axis] ?? size;
    return typeof other !== "number" || (trustsOwn && typeof size === "number") ? size : other;
  });
  return { ...own, type, shape };
}
