/** What tenlane predicts of a network on this machine, where the machine was learnt or written down. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  catalogue,
  estimateBatch,
  extendCatalogue,
  findDevice,
  SINGLE_DEVICE,
  systemFor,
  type Interval,
  type Network,
} from "../../core/index.ts";
import { enginesFrom } from "../engine-options.ts";
import { readJson } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";
import { knownTime, machineFrom } from "../machine-profile.ts";
import { deviceFolder } from "../own-devices.ts";
import { unlessRefused } from "./unless-refused.ts";
import type { Shell } from "../shell.ts";

export interface Predicted {
  readonly time: Interval;
  /** Of the processor in a run with the threads of the measurement, or of a run with all cores. */
  readonly of: "processor time" | "all cores";
  /** The file it rests on. */
  readonly by: string;
}

/**
 * By a profile of `tenlane calibrate --machine`, else by the device "mine"; null where neither is there, or the
 * network does not fit.
 *
 * Errors: a profile of another kind, or of other threads.
 */
export async function predicted(
  text: string,
  network: Network,
  { profile, threads }: { readonly profile?: string; readonly threads: number },
  shell: Shell,
): Promise<Predicted | null> {
  if (profile === undefined) {
    return unlessRefused("not predicted", shell, () => byDevice(network, shell));
  }
  const machine = await machineFrom(profile, shell);
  if (machine?.threads !== threads) {
    const expected = `what tenlane calibrate --machine saved with ${threads} threads`;
    throw inputError(profile, expected, machine?.threads ?? "another profile");
  }
  const time = await knownTime(text, network, { machine, shell });
  return { time, of: "processor time", by: profile };
}

async function byDevice(
  model: Network,
  shell: Pick<Shell, "environment">,
): Promise<Predicted | null> {
  const file = join(deviceFolder(shell), "mine.json");
  if (!existsSync(file)) return null;
  const own = accepted(extendCatalogue(catalogue, await readJson(file)), file);
  const system = systemFor(own, accepted(findDevice(own, "mine"), file));
  const [engine] = enginesFrom(own, ["static"]);
  if (engine === undefined) return null;
  const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics: model.numerics, engine };
  const estimate = estimateBatch({ model, system, placement, batch: 1, input: 1, output: 0 });
  if (estimate.kind === "infeasible") return null;
  return { time: estimate.latency, of: "all cores", by: file };
}
