/** What `tenlane watch` was asked for, done in this process. */
import { openHistory } from "./history.ts";
import { ownMachine } from "./machine.ts";
import { watch, type Watched } from "./watch.ts";

/** Plain data, so that another process may be handed it. */
export interface Wish {
  /** Seconds between two samples. */
  readonly every: number;
  /** Samples to take; null is until stopped. */
  readonly samples: number | null;
  /** Its file, or null for none. */
  readonly history: string | null;
  /** Bytes. */
  readonly historyMax: number;
  readonly port: number | null;
  readonly root: string;
  readonly isJson: boolean;
  readonly isVerbose: boolean;
}

export async function watchWished(
  wish: Wish,
  stop: AbortSignal,
  note: (text: string) => void,
): Promise<Watched> {
  const { every, samples, history: path, historyMax, port, root } = wish;
  const history = path === null ? null : await openHistory(path, historyMax);
  const watched = await watch({
    machine: ownMachine(root),
    every,
    samples: samples ?? Infinity,
    history,
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
