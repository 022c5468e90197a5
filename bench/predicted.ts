/**
 * Time of the development models as foreseen, against processor time as measured, one thread: by prices learnt on
 * probes alone, and on probes and all models of other families. Runs of other programs disturb processor time less
 * than the wall's, which this machine's other work makes of no use.
 *
 *     npx node bench/predicted.ts                 # measures probes and models: ten minutes
 *     npx node bench/predicted.ts runs.json       # keeps the runs there, and takes what is there
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import {
  pricesOf,
  kernelsOf,
  runTime,
  type Machine,
  type MachineRun,
} from "../core/optimise/predict/index.ts";
import { decodeOnnxFile } from "../core/model/onnx/index.ts";
import { measuredRun, measureMachine } from "../measure/machine/index.ts";
import { onnxRunner } from "../measure/onnx/index.ts";
import { DEVELOPMENT, type DevelopmentModel } from "./_development.ts";
import { ready } from "./_ready.ts";
import { where, writeSection } from "./_results.ts";

interface Measured {
  readonly probes: readonly MachineRun[];
  readonly models: readonly MachineRun[];
}

const THREADS = 1;
const ABOUT = { about: where(), threads: THREADS };

const [kept] = process.argv.slice(2);
const measured = await measure();
report(measured, await foreseen());

function before(): Measured {
  if (kept === undefined || !existsSync(kept)) return { probes: [], models: [] };
  return JSON.parse(readFileSync(kept, "utf8")) as Measured;
}

function keep(runs: Measured): Measured {
  if (kept !== undefined) writeFileSync(kept, JSON.stringify(runs));
  return runs;
}

/** What was kept before is not measured again. */
async function measure(): Promise<Measured> {
  const runner = onnxRunner();
  let { probes, models } = before();
  if (probes.length === 0) {
    const runs = await measureMachine(runner, THREADS, (text) => console.error(text));
    if (runs.kind === "failed") throw new Error(runs.message);
    probes = runs.value;
  }
  for (const model of DEVELOPMENT) {
    const { id, family } = model;
    if (models.some(({ name }) => name === id)) continue;
    console.error(id);
    const file = await ready(model);
    if (file === null) continue;
    const feeds = file.samples(1, 1);
    const asked = { name: id, family, model: file.bytes, feeds, threads: THREADS };
    const run = await measuredRun(runner, asked, 3);
    if (run.kind === "done") models = [...models, run.value];
    else console.error(`${id}: ${run.reason}, ${run.message}`);
    keep({ probes, models });
  }
  return keep({ probes, models });
}

type Run = Pick<MachineRun, "kernels" | "resultBytes">;

/** What the engine is expected to run for each model, by its file. */
async function foreseen(): Promise<ReadonlyMap<string, Run>> {
  const all = new Map<string, Run>();
  for (const model of DEVELOPMENT) {
    const run = await kernelsOfFile(model);
    if (run !== null) all.set(model.id, run);
  }
  return all;
}

async function kernelsOfFile(model: DevelopmentModel): Promise<Run | null> {
  const bytes = model.file();
  const file = bytes === null ? null : await decodeOnnxFile(bytes);
  if (file === null || !file.ok) return null;
  const run = kernelsOf(file.value, model.sizes);
  if (!run.ok) throw new Error(`${model.id}: ${JSON.stringify(run.error)}`);
  const kernels = run.value.kernels.map((kernel) => ({ ...kernel, time: 0 }));
  return { kernels, resultBytes: run.value.resultBytes };
}

interface Row {
  readonly name: string;
  readonly time: number;
  /** Predicted over measured, less 1: by probes, by other families too, and by all. */
  readonly errors: readonly [number, number, number];
}

function report({ probes, models }: Measured, files: ReadonlyMap<string, Run>): void {
  const alone = pricesOf(ABOUT, probes);
  const all = pricesOf(ABOUT, [...probes, ...models]);
  const rows = models.map((run): Row => {
    const others = models.filter(({ family }) => family !== run.family);
    const beside = pricesOf(ABOUT, [...probes, ...others]);
    const error = (machine: Machine) =>
      runTime(files.get(run.name) ?? run, machine).time / run.processorTime - 1;
    return {
      name: run.name,
      time: run.processorTime,
      errors: [error(alone), error(beside), error(all)],
    };
  });
  const middle = (place: 0 | 1 | 2) => median(rows.map(({ errors }) => Math.abs(errors[place])));
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const signed = (share: number) => `${share > 0 ? "+" : ""}${percent(share)}`;
  const lines = [
    "## Time of a model before it runs",
    "",
    `${where()}, one thread, processor time (\`npx node bench/predicted.ts\`); the machine was shared with other work.`,
    "A model's kernels are foreseen from its file. Prices are learnt on probes alone; on probes and the models of other",
    "families, so that the model itself was not seen; and on probes and all models.",
    "",
    "| model | measured | probes alone | its family left out | all |",
    "| --- | --: | --: | --: | --: |",
    ...rows.map(
      ({ name, time, errors }) =>
        `| ${name} | ${milliseconds(time)} | ${errors.map(signed).join(" | ")} |`,
    ),
    `| median error | | ${[middle(0), middle(1), middle(2)].map(percent).join(" | ")} |`,
    `| bar | | | 15 % | 10 % |`,
  ];
  console.log(lines.join("\n"));
  writeSection("predicted", lines);
}

function milliseconds(time: number): string {
  return `${(1e3 * time).toPrecision(3)} ms`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
