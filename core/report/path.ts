/** Places in an input as text. */

/** `["layers", 3, "heads"]` as `layers[3].heads`; names that are no identifiers are quoted. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map((part, index) => step(part, index === 0)).join("");
}

function step(part: string | number, isFirst: boolean): string {
  if (typeof part === "number") return `[${part}]`;
  const isPlain = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(part);
  if (!isPlain) return `[${JSON.stringify(part)}]`;
  return isFirst ? part : `.${part}`;
}
