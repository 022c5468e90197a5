/**
 * `tenlane optimise` with its defaults on the development models, in turns with the file as shipped, one thread, default
 * ONNX Runtime; and beside it what ONNX Runtime's own quantisation tools and Olive's passes make of the same file at
 * their defaults, run by the same engine. Debian's python3-onnxruntime is needed for the latter.
 *
 *     npx node bench/optimise.ts                          # all: an hour
 *     npx node bench/optimise.ts resnet-50 minilm-l6-s16  # some
 *     npx node bench/optimise.ts --only tools --keep tried.json   # the tools alone; what was kept is not tried again
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Ratio, Runner, Tensors } from "../core/optimise/index.ts";
import { numbersOf } from "../core/optimise/guard/index.ts";
import { onnxRunner } from "../measure/onnx/index.ts";
import { DEVELOPMENT, type DevelopmentModel } from "./_development.ts";
import { ready, type ReadyModel } from "./_ready.ts";
import { where, writeSection } from "./_results.ts";

const { values: options, positionals } = parseArgs({
  options: {
    only: { type: "string" },
    keep: { type: "string" },
    budget: { type: "string", default: "60s" },
  },
  allowPositionals: true,
});

/** Samples that tools are calibrated on, and others that results are judged by. */
const CALIBRATION = { count: 8, seed: 11 };
const HELD_OUT = { count: 4, seed: 23 };
const COMPARE_SECONDS = 8;
/** Seconds after which a tool is given up. */
const TOOL_SECONDS = 600;
/** Nothing worse than this stands in for a model. */
const DECIBELS_LEAST = 20;

/** What became of one file. */
interface Tried {
  readonly name: string;
  /** Times as fast as shipped, by processor time; null where it does not run. */
  readonly ratio: Ratio | null;
  readonly decibels: number | null;
  readonly fault: string | null;
}

interface Row {
  readonly model: DevelopmentModel;
  readonly own: Tried;
  readonly tools: readonly Tried[];
}

const OWN = "tenlane";
const UNTRIED: Tried = { name: OWN, ratio: null, decibels: null, fault: "not tried" };
const { keep, only } = options;

/** By model. */
type Kept = Record<string, readonly Tried[]>;

const kept: Kept =
  keep !== undefined && existsSync(keep) ? (JSON.parse(readFileSync(keep, "utf8")) as Kept) : {};
const runner = onnxRunner({ patience: 600 });
const rows: Row[] = [];
for (const model of DEVELOPMENT) {
  if (positionals.length > 0 && !positionals.includes(model.id)) continue;
  const file = await ready(model);
  if (file === null) console.error(`${model.id}: cannot be fetched`);
  else rows.push(await tried(model, file));
}
report(rows);

async function tried(model: DevelopmentModel, file: ReadyModel): Promise<Row> {
  const { id } = model;
  const known = kept[id] ?? [];
  const needsOwn = only !== "tools" && !known.some(({ name }) => name === OWN);
  const needsTools = only !== OWN && !known.some(({ name }) => name !== OWN);
  const made =
    needsOwn || needsTools ? await candidates(model, file, { needsOwn, needsTools }) : [];
  for (const each of made) console.error(`${id}: ${triedText(each)}`);
  const all = [...known, ...made];
  kept[id] = all;
  if (keep !== undefined) writeFileSync(keep, JSON.stringify(kept));
  return {
    model,
    own: all.find(({ name }) => name === OWN) ?? UNTRIED,
    tools: all.filter(({ name }) => name !== OWN),
  };
}

async function candidates(
  model: DevelopmentModel,
  file: ReadyModel,
  { needsOwn, needsTools }: { readonly needsOwn: boolean; readonly needsTools: boolean },
): Promise<readonly Tried[]> {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-development-"));
  try {
    const path = join(folder, "model.onnx");
    writeFileSync(path, file.bytes);
    const judge = await judgeOf(model, file);
    const own = needsOwn ? [await optimised(path, model, judge)] : [];
    return [...own, ...(needsTools ? await byTools(folder, file, judge) : [])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function optimised(path: string, model: DevelopmentModel, judge: Judge): Promise<Tried> {
  const name = OWN;
  const target = path.replace("model.onnx", "fast.onnx");
  const sizes = Object.entries(model.sizes).flatMap(([size, value]) => [
    "--dim",
    `${size}=${value}`,
  ]);
  const cli = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
  const args = [cli, "optimise", path, "-o", target, "--budget", options.budget, ...sizes];
  const { status, err } = await ran(process.execPath, [...args, "--json"]);
  if (status !== 0) return { name, ratio: null, decibels: null, fault: lastLine(err) };
  const isKept = !existsSync(target);
  return judge(name, isKept ? null : new Uint8Array(readFileSync(target)));
}

async function byTools(folder: string, file: ReadyModel, judge: Judge): Promise<readonly Tried[]> {
  writeSamples(folder, file.samples(CALIBRATION.count, CALIBRATION.seed));
  const script = fileURLToPath(new URL("_toolkit.py", import.meta.url));
  const { out, status, err } = await ran("/usr/bin/python3", [script, folder]);
  const all: Tried[] = [];
  for (const line of out.split("\n").filter((each) => each.startsWith("{"))) {
    const {
      name,
      file: path,
      error,
    } = JSON.parse(line) as {
      readonly name: string;
      readonly file: string;
      readonly error?: string;
    };
    if (error !== undefined) all.push({ name, ratio: null, decibels: null, fault: error });
    else all.push(await judge(name, new Uint8Array(readFileSync(path))));
  }
  if (status !== 0 && all.length === 0)
    all.push({ name: "tools", ratio: null, decibels: null, fault: lastLine(err) });
  return all;
}

function writeSamples(folder: string, samples: readonly Tensors[]): void {
  const listed = samples.map((sample, place) =>
    Object.fromEntries(
      Object.entries(sample).map(([name, { type, dims, bytes }], index) => {
        const file = `sample-${place}-${index}.bin`;
        writeFileSync(join(folder, file), bytes);
        return [name, { file, type, dims }];
      }),
    ),
  );
  writeFileSync(join(folder, "samples.json"), JSON.stringify(listed));
}

/** Times and judges a file; null is the file as shipped. */
type Judge = (name: string, bytes: Uint8Array | null) => Promise<Tried>;

async function judgeOf(model: DevelopmentModel, file: ReadyModel): Promise<Judge> {
  const held = file.samples(HELD_OUT.count, HELD_OUT.seed);
  const reference = await outputsOf(runner, await originalOf(model, file), held);
  return async (name, bytes) => {
    const candidate = bytes ?? file.bytes;
    const outputs = await runner.outputs(candidate, held, session(true));
    if (outputs.kind === "failed") {
      const fault = `${outputs.reason}: ${outputs.message.split("\n")[0] ?? ""}`;
      return { name, ratio: null, decibels: null, fault };
    }
    const decibels = signalOverNoise(reference, outputs.value);
    if (bytes === null)
      return { name, ratio: null, decibels, fault: "the file as shipped is kept" };
    const subject = (own: Uint8Array) => ({ model: own, session: session(true), feeds: held });
    const turns = await runner.compare(subject(file.bytes), subject(candidate), COMPARE_SECONDS);
    if (turns.kind === "failed") return { name, ratio: null, decibels, fault: turns.message };
    return { name, ratio: turns.value.cpuRatio, decibels, fault: null };
  };
}

async function originalOf(model: DevelopmentModel, file: ReadyModel): Promise<Uint8Array> {
  const original = DEVELOPMENT.find(({ id }) => id === model.original);
  return (original === undefined ? null : await ready(original))?.bytes ?? file.bytes;
}

function session(optimises: boolean) {
  return { threads: 1, provider: "cpu", optimises };
}

/** By an engine that rewrites nothing. */
async function outputsOf(
  by: Runner,
  model: Uint8Array,
  feeds: readonly Tensors[],
): Promise<readonly Tensors[]> {
  const outcome = await by.outputs(model, feeds, session(false));
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return outcome.value;
}

/** Energy of the reference over that of the difference, all outputs that both have, in decibels; 200 at most. */
function signalOverNoise(reference: readonly Tensors[], candidate: readonly Tensors[]): number {
  let [signal, noise] = [0, 0];
  for (const [place, sample] of reference.entries()) {
    for (const [name, tensor] of Object.entries(sample)) {
      const other = candidate[place]?.[name];
      if (other === undefined) continue;
      const [wanted, got] = [numbersOf(tensor) ?? [], numbersOf(other) ?? []];
      for (let index = 0; index < wanted.length; index += 1) {
        const value = wanted[index] ?? 0;
        signal += value ** 2;
        noise += (value - (got[index] ?? Infinity)) ** 2;
      }
    }
  }
  return noise === 0 ? 200 : Math.min(200, 10 * Math.log10(signal / noise));
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

function ran(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { timeout: TOOL_SECONDS * 1e3 });
    let [out, err] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
    child.on("close", (status) => resolve({ status: status ?? 1, out, err }));
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no answer";
}

function triedText({ name, ratio, decibels, fault }: Tried): string {
  const quality = decibels === null ? "" : `${decibels.toFixed(0)} dB`;
  return [name, ratio === null ? "" : ratioText(ratio), quality, fault ?? ""]
    .filter((each) => each !== "")
    .join(", ");
}

function ratioText({ lower, middle, upper }: Ratio): string {
  return `${middle.toFixed(2)} × [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}

/** Times as fast as shipped of what may stand in for the model; 1 of what is refused or does not run. */
function worth({ ratio, decibels }: Tried): number {
  return ratio === null || (decibels ?? 0) < DECIBELS_LEAST ? 1 : Math.max(1, ratio.middle);
}

function report(all: readonly Row[]): void {
  const geomean = (values: readonly number[]) =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const best = ({ tools }: Row) => Math.max(1, ...tools.map(worth));
  const cell = (tried: Tried | undefined) =>
    tried === undefined ? "" : triedText({ ...tried, name: "" });
  const names = [...new Set(all.flatMap(({ tools }) => tools.map(({ name }) => name)))];
  const lines = [
    "## Models made faster",
    "",
    `${where()}, one thread, in turns with the file as shipped, by processor time (\`npx node bench/optimise.ts\`);`,
    "the machine was shared with other work. Decibels: outputs on samples that no calibration saw, against the file",
    "as shipped (of IS-Net small, against the 16-bit original) with no rewrites of the engine.",
    "",
    `| ${["model", "bar", "tenlane", ...names].join(" | ")} |`,
    `| --- | --: | --- |${names.map(() => " --- |").join("")}`,
    ...all.map(({ model, own, tools }) => {
      const others = names.map((name) => cell(tools.find((each) => each.name === name)));
      const bar = model.bar === null ? "" : `${model.bar} ×`;
      return `| ${model.id} | ${bar} | ${[cell(own), ...others].join(" | ")} |`;
    }),
    "",
    `Geometric mean of what may be used (${DECIBELS_LEAST} dB and more; 1 else): tenlane ${geomean(all.map(({ own }) => worth(own))).toFixed(2)} × (bar 1.5 ×), the best of the tools on each model ${geomean(all.map(best)).toFixed(2)} ×.`,
    `Behind the best of the tools on: ${
      all
        .filter((row) => worth(row.own) < 0.97 * best(row))
        .map(({ model }) => model.id)
        .join(", ") || "none"
    }.`,
  ];
  console.log(lines.join("\n"));
  if (positionals.length === 0 && only === undefined) writeSection("optimise", lines);
}
