/** A bar on standard error for anything that takes over a second, where a person watches. */
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

const QUIET_MILLISECONDS = 1000;
const FRAME_MILLISECONDS = 80;
const BAR_COLUMNS = 24;
/** The share, spaces, and one to spare: a line that is full would wrap. */
const AROUND_COLUMNS = 8;

export interface Progress {
  /** Says how far the work is. */
  readonly reach: (done: number, total: number) => void;
  /** Clears the bar. */
  readonly end: () => void;
}

/** A bar under `label`; `now` is a clock in milliseconds. */
export function progress(shell: Shell, label: string, now = () => performance.now()): Progress {
  const started = now();
  let drawn = -Infinity;
  return {
    reach: (done, total) => {
      shell.reached?.(done / total);
      const isDue = now() - started >= QUIET_MILLISECONDS && now() - drawn >= FRAME_MILLISECONDS;
      if (!shell.isWatched || !isDue) return;
      drawn = now();
      const columns = Math.min(BAR_COLUMNS, shell.columns - label.length - AROUND_COLUMNS);
      shell.note(`\r${bar(shell, done / total, Math.max(0, columns))} ${label}`);
    },
    end: () => {
      if (drawn > -Infinity) shell.note("\r\u001b[K");
    },
  };
}

function bar(shell: Shell, share: number, columns: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * columns);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `${paint(shell, "green", "━".repeat(filled))}${"─".repeat(columns - filled)} ${percent} %`;
}
