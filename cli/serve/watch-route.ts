/** What the sensors of this machine say now, for the page of this machine: the answer of `tenlane watch --once --json`. */
import type { Context } from "hono";
import { watchAnswer } from "../watch-answer.ts";
import { alertsOf } from "../watch/alerts.ts";
import { ownMachine } from "../watch/machine.ts";
import type { Sample } from "../watch/reading.ts";
import { REMEMBERED, sampleOf } from "../watch/watch.ts";

/** Sensors are read no more often, whoever asks. */
const SECONDS_BETWEEN = 1;

/** Alerts look back on what was asked before. */
export function watchRoute(): (context: Context) => Promise<Response> {
  const machine = ownMachine();
  let recent: readonly Sample[] = [];
  let reading: Promise<void> | null = null;
  const read = async (): Promise<void> => {
    recent = [...recent, await sampleOf(machine)].slice(-REMEMBERED);
  };
  return async (context) => {
    const last = recent.at(-1);
    if (last === undefined || machine.now().elapsed - last.elapsed >= SECONDS_BETWEEN) {
      reading ??= read().finally(() => (reading = null));
      await reading;
    }
    const alerts = alertsOf(recent);
    const watched = { samples: recent.length, lost: 0, last: recent.at(-1) ?? null, alerts };
    return context.body(JSON.stringify(watchAnswer(watched).json), 200, {
      "content-type": "application/json",
    });
  };
}
