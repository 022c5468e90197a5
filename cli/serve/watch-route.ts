/** What the sensors of this machine say now, for the page of this machine: the answer of `tenlane watch --once --json`. */
import type { Context } from "hono";
import { watchAnswer } from "../watch-answer.ts";
import type { Alert } from "../watch/alert.ts";
import { ownMachine } from "../watch/machine.ts";
import type { Sample } from "../watch/reading.ts";
import { judging, sampleOf } from "../watch/watch.ts";

/** Sensors are read no more often, whoever asks. */
const SECONDS_BETWEEN = 1;

/** Alerts look back on what was asked before. */
export function watchRoute(): (context: Context) => Promise<Response> {
  const machine = ownMachine();
  const judge = judging();
  let last: Sample | null = null;
  let alerts: readonly Alert[] = [];
  let samples = 0;
  let reading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    last = await sampleOf(machine);
    alerts = judge(last);
    samples += 1;
  };
  return async (context) => {
    if (last === null || machine.now().elapsed - last.elapsed >= SECONDS_BETWEEN) {
      reading ??= read().finally(() => (reading = null));
      await reading;
    }
    const watched = { samples, lost: 0, last, alerts };
    return context.body(JSON.stringify(watchAnswer(watched).json), 200, {
      "content-type": "application/json",
    });
  };
}
