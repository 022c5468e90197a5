/** A rectangle on a picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A label and which of the places it could have it takes. */
export interface Placed<T> {
  readonly of: T;
  readonly place: number;
}

/** Those of `all` with the first of their places that touches nothing `taken`, nor a label before it. */
export function apart<T>(
  all: readonly T[],
  placesOf: (each: T) => readonly Box[],
  taken: readonly Box[] = [],
): readonly Placed<T>[] {
  const full = [...taken];
  return all.flatMap((of) => {
    const places = placesOf(of);
    const place = places.findIndex((box) => !full.some((other) => touch(box, other)));
    const box = places[place];
    if (box === undefined) return [];
    full.push(box);
    return { of, place };
  });
}

function touch(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
