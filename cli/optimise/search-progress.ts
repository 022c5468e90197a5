/** What a search tries, on standard error, where a person watches. */
import type { Ask } from "../../core/optimise/index.ts";
import type { Shell } from "../shell.ts";

const LINE_START = "\r\u001b[K";

export interface SearchProgress {
  readonly note: Ask["note"];
  readonly end: () => void;
}

export function search(shell: Shell): SearchProgress {
  const clear = () => {
    if (shell.isWatched) shell.note(LINE_START);
  };
  return {
    note: (text, share) => {
      shell.reached?.(share);
      clear();
      if (shell.isWatched) shell.note(`${`${Math.round(100 * share)}`.padStart(3)} % ${text}`);
    },
    end: clear,
  };
}
