/** What `tenlane watch` was asked for, done in this process. */
import { readFile } from "node:fs/promises";
import { openHistory } from "./history.ts";
import { ownMachine } from "./machine.ts";
import type { Reached } from "./self-test.ts";
import { watch, type SelfTest, type Watched } from "./watch.ts";

/** Plain data, so that another process may be handed it. */
export interface Wish {
  /** Seconds between two samples. */
  readonly every: number;
  /** Samples to take; null is until stopped. */
  readonly samples: number | null;
  /** Its file, or null for none. */
  readonly history: string | null;
  /** Else the watch goes on without one where none can be kept. */
  readonly isHistoryAsked: boolean;
  /** Bytes. */
  readonly historyMax: number;
  readonly port: number | null;
  readonly root: string;
  /** File that `tenlane measure lanes` wrote of this machine, and seconds between self-tests; null is none. */
  readonly selfTest: { readonly file: string; readonly every: number } | null;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

export async function watchWished(
  wish: Wish,
  stop: AbortSignal,
  note: (text: string) => void,
): Promise<Watched> {
  const { every, samples, history: path, historyMax, port, root } = wish;
  const history =
    path === null
      ? null
      : await openHistory(path, historyMax).catch((error: unknown) => {
          if (wish.isHistoryAsked || !(error instanceof Error)) throw error;
          note(`no history is kept: ${error.message}\n`);
          return null;
        });
  const watched = await watch({
    machine: ownMachine(root),
    every,
    samples: samples ?? Infinity,
    history,
    selfTest: wish.selfTest === null ? null : await selfTestOf(wish.selfTest),
    port,
    stop,
    raise: ({ severity, rule, subject, reason, action }, at) => {
      const when = new Date(at).toISOString();
      note(`${when} ${severity}: ${rule}: ${subject}: ${reason}; ${action}\n`);
    },
  });
  history?.close();
  return watched;
}

/** Loaded where it is wanted: it takes memory. */
async function selfTestOf({ file, every }: NonNullable<Wish["selfTest"]>): Promise<SelfTest> {
  const { selfTest } = await import("./self-test.ts");
  const before: Reached = JSON.parse(await readFile(file, "utf8"));
  return { every, run: (stop) => selfTest(before, stop) };
}
