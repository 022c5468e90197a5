/** Sentences as lines of a terminal. */
import { displayWidth } from "./display-width.ts";

/** `text` broken at spaces into lines of at most `columns`; those after the first are moved in by `indent`. */
export function wrapped(text: string, columns: number, indent = 0): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    else if (displayWidth(last) + 1 + displayWidth(word) <= columns)
      lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(" ".repeat(indent) + word);
  }
  return lines.join("\n");
}

/** `text` with each line that is too long broken at spaces, and moved in as far as it began. */
export function fitted(text: string, columns: number): string {
  return text
    .split("\n")
    .map((line) => {
      if (displayWidth(line) <= columns) return line;
      const indent = /^ */u.exec(line)?.[0].length ?? 0;
      return wrapped(line, columns, indent + CONTINUED);
    })
    .join("\n");
}

/** How far the rest of a broken line stands behind its beginning. */
const CONTINUED = 2;
