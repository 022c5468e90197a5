/** `tenlane measure model.onnx`: a measurement, kept in the history. */
import { availableParallelism, cpus, platform, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import type { Outcome, Session } from "../../core/optimise/index.ts";
import {
  engineVersion,
  measureModel,
  onnxRunner,
  type Load,
  type ModelTimes,
} from "../../measure/onnx/index.ts";
import type { Answer } from "../answer.ts";
import type { MeasureOptions } from "../commands/measure.ts";
import { messageOf } from "../failure.ts";
import { inputError } from "../input-error.ts";
import { reachedBefore } from "../lanes-file.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";
import { measureAnswer } from "./answer.ts";
import { openedHistory } from "./history.ts";
import { runningModel, type MeasuredModel } from "./measured-model.ts";
import { measurementOf, type Machine, type Measurement } from "./measurement.ts";
import { predicted } from "./predicted.ts";
import { unlessRefused } from "./unless-refused.ts";

/** Errors: a model that is refused, or that the engine does not run. */
export async function measured(
  text: string,
  options: MeasureOptions,
  shell: Shell,
): Promise<Answer> {
  const session = { threads: options.threads, provider: options.provider, optimises: true };
  const beside = dirname(resolve(shell.folder, text));
  const stop = shell.interruption();
  const runner = onnxRunner({ beside, stop, root: options.root });
  const bar = progress(shell, `measuring ${text}`);
  const asked = { sizes: options.dim ?? {}, feeds: options.feeds ?? null };
  const model = await runningModel(text, asked, { runner, session, shell });
  const network = await model.network(1);
  const foreseen = await predicted(text, network, options, shell);
  const times = await measureModel(runner, {
    model: model.bytes,
    session,
    loads: await loadsOf(model, options),
    feeds: await model.feeds(1),
    budget: options.budget,
    reached: await unlessRefused("machine's lanes left out", shell, () =>
      reachedBefore(options.threads, shell),
    ),
    reach: (share) => bar.reach(share, 1),
  });
  bar.end();
  if (stop.aborted) throw new Error("interrupted: nothing is kept");
  const measurement = measurementOf({
    at: new Date().toISOString(),
    model,
    network,
    session,
    engine: engineName(session),
    machine: thisMachine(),
    times: ran(times, text),
    predicted: foreseen,
  });
  const id = await kept(measurement, options, shell);
  return measureAnswer(measurement, id);
}

/** The number it is kept by; null where it is not, with a note unless that was asked for. */
async function kept(
  measurement: Measurement,
  options: MeasureOptions,
  shell: Shell,
): Promise<number | null> {
  const history = await openedHistory(options, shell);
  if (typeof history === "string") {
    if (options.history !== false) shell.note(`not kept: ${history}\n`);
    return null;
  }
  try {
    return history.keep(measurement);
  } catch (error) {
    shell.note(`not kept: ${messageOf(error)}\n`);
    return null;
  } finally {
    history.close();
  }
}

function ran(outcome: Outcome<ModelTimes>, text: string): ModelTimes {
  if (outcome.kind === "done") return outcome.value;
  const { reason, message } = outcome;
  throw inputError(text, "a model that ONNX Runtime runs", `${reason}: ${message}`);
}

function engineName({ provider }: Session): string {
  const name = provider === "wasm" ? "onnxruntime-web" : "onnxruntime-node";
  return `${name} ${engineVersion(name)}`;
}

function thisMachine(): Machine {
  const processor = cpus()[0]?.model ?? "unknown";
  return { processor, cores: availableParallelism(), memory: totalmem(), system: platform() };
}

/** Batches by processes at once, which share the cores evenly. */
async function loadsOf(model: MeasuredModel, options: MeasureOptions): Promise<readonly Load[]> {
  const cores = availableParallelism();
  const { batch, instances = cores === 1 ? [1] : [1, cores] } = options;
  const isOpen = model.batchNames.length > 0 && options.feeds === undefined;
  if (batch !== undefined && !isOpen) {
    const got = options.feeds === undefined ? "a fixed one" : "samples of --feeds";
    throw inputError("--batch", "a model whose batch is open", got);
  }
  const loads: Load[] = [];
  for (const size of batch ?? (isOpen ? [1, 8] : [1])) {
    const feeds = await model.feeds(size);
    for (const count of instances) {
      const threads = Math.max(1, Math.floor(cores / count));
      loads.push({ batch: size, instances: count, threads, feeds });
    }
  }
  return loads;
}
