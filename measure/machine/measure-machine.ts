/** Runs from which the prices of this machine are learnt: probes, and models of whoever asks. */
import type { Tensors, HostTensor, Outcome, Runner } from "../../core/optimise/index.ts";
import { ELEMENT, elementCount } from "../../core/optimise/index.ts";
import { PROBES, type MachineRun } from "../../core/optimise/predict/index.ts";
import { probes } from "./probes.ts";
import { decodeOnnxFile } from "../../core/model/onnx/index.ts";
import type { Seconds } from "../../core/units.ts";

export interface RunAsked {
  readonly name: string;
  readonly family?: string;
  readonly model: Uint8Array;
  readonly feeds: readonly Tensors[];
  readonly threads: number;
}

/** Seconds over which a model's runs are counted. */
const COUNTED: Seconds = 1;
const WIDTH = 4;

/** One model's operators and processor time, each from a process of its own. */
export async function measuredRun(
  runner: Runner,
  asked: RunAsked,
  budget: Seconds = COUNTED,
): Promise<Outcome<MachineRun>> {
  const { name, family, model, feeds, threads } = asked;
  const session = { threads, provider: "cpu", optimises: true };
  const subject = { model, session, feeds };
  const counted = await runner.throughput(subject, 1, budget);
  if (counted.kind === "failed") return counted;
  const profile = await runner.profile(subject);
  if (profile.kind === "failed") return profile;
  const results = await runner.outputs(model, feeds.slice(0, 1), session);
  if (results.kind === "failed") return results;
  const tensors = Object.values(results.value[0] ?? {});
  return {
    kind: "done",
    value: {
      name,
      ...(family === undefined ? {} : { family }),
      kernels: profile.value.operators.filter(({ operator }) => !AROUND.has(operator)),
      processorTime: counted.value.timing.cpu,
      resultBytes: tensors.reduce((sum, { dims }) => sum + WIDTH * elementCount(dims), 0),
    },
  };
}

/** Operators whose time is that of the graphs inside them. */
const AROUND: ReadonlySet<string> = new Set(["If", "Loop", "Scan"]);

/** Runs of all probes; `report` is told of each before it runs. */
export async function measureMachine(
  runner: Runner,
  threads: number,
  report: (text: string) => void,
): Promise<Outcome<readonly MachineRun[]>> {
  const runs: MachineRun[] = [];
  const all = probes();
  for (const [index, { name, model: write }] of all.entries()) {
    report(`${index + 1} of ${all.length}: ${name}`);
    const model = write();
    const feeds = [await feedsOf(model)];
    const run = await measuredRun(runner, { name, family: PROBES, model, feeds, threads });
    if (run.kind === "failed") return run;
    runs.push(run.value);
  }
  return { kind: "done", value: runs };
}

/** Sizes that a probe leaves open. */
const OPEN: Readonly<Record<string, number>> = { batch: 1, tokens: 4 };

async function feedsOf(bytes: Uint8Array): Promise<Tensors> {
  const model = await decodeOnnxFile(bytes);
  const inputs = model.ok ? (model.value.graph?.input ?? []) : [];
  return Object.fromEntries(
    inputs.map(({ name, type }): [string, HostTensor] => {
      const shape = type?.value.case === "tensorType" ? type.value.value.shape : undefined;
      const dims = (shape?.dim ?? []).map(({ value }) =>
        value.case === "dimValue" ? Number(value.value) : (OPEN[value.value ?? ""] ?? 1),
      );
      const values = new Float32Array(elementCount(dims));
      for (let index = 0; index < values.length; index += 1)
        values[index] = (index % 13) / 13 - 0.5;
      return [name, { type: ELEMENT.float, dims, bytes: new Uint8Array(values.buffer) }];
    }),
  );
}
