/** What tenlane predicts of a network on this machine, where `tenlane measure lanes` wrote it down. */
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
import { accepted } from "../input-error.ts";
import { deviceFolder } from "../own-devices.ts";
import type { Shell } from "../shell.ts";

/** Of a run with all cores; null where the machine is not written down as "mine", or the network does not fit. */
export async function predictedLatency(
  model: Network,
  shell: Pick<Shell, "environment">,
): Promise<Interval | null> {
  const file = join(deviceFolder(shell), "mine.json");
  if (!existsSync(file)) return null;
  const own = accepted(extendCatalogue(catalogue, await readJson(file)), file);
  const system = systemFor(own, accepted(findDevice(own, "mine"), file));
  const [engine] = enginesFrom(own, ["static"]);
  if (engine === undefined) return null;
  const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics: model.numerics, engine };
  const estimate = estimateBatch({ model, system, placement, batch: 1, input: 1, output: 0 });
  return estimate.kind === "infeasible" ? null : estimate.latency;
}
