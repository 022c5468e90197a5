/** A rectangle on a picture, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Those of `all` whose box touches none of those taken before it. */
export function apart<T>(all: readonly T[], boxOf: (each: T) => Box): readonly T[] {
  const taken: Box[] = [];
  return all.filter((each) => {
    const box = boxOf(each);
    if (taken.some((other) => touch(box, other))) return false;
    taken.push(box);
    return true;
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
