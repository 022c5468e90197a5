/** `tenlane optimise`, from files to files: the search, the certificate, and what is told of them. */
import { dirname, resolve } from "node:path";
import { findDevice, type OnnxSizes } from "../../core/index.ts";
import {
  makersOf,
  tune,
  type Ask,
  type Certificate,
  type Metric,
  type Runner,
  type Session,
  type Tuning,
} from "../../core/optimise/index.ts";
import type { Machine } from "../../core/optimise/predict/index.ts";
import { onnxRunner } from "../../measure/onnx/index.ts";
import type { Answer } from "../answer.ts";
import { catalogueFrom } from "../catalogue-input.ts";
import type { OptimiseOptions } from "../commands/optimise.ts";
import { kindOf } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";
import { machineFrom } from "../machine-profile.ts";
import { runningModel } from "../measure/measured-model.ts";
import type { Shell } from "../shell.ts";
import { optimiseAnswer } from "./answer.ts";
import { ceilings } from "./ceilings.ts";
import { sha256 } from "./digests.ts";
import { certificatePage } from "./certificate-page.ts";
import { decodingOf, loopRunner, type Decoding } from "./decoding.ts";
import { certificateOf } from "./certificate.ts";
import { cpuFacts, fingerprint, load } from "./fingerprint.ts";
import { versions } from "./versions.ts";
import { metricFrom } from "./metric.ts";
import { modelFileFrom, type ModelFile } from "./model-file.ts";
import { predictedRunner } from "./predicted-runner.ts";
import { sampleSets, type SamplesAsked, type SampleSets } from "./samples.ts";
import { search } from "./search-progress.ts";
import { coresOf, isHere, providerOf } from "./targets.ts";
import { writeTogether } from "./write-together.ts";

export interface Asked {
  readonly model: string;
  /** Where the new model goes. */
  readonly output: string;
  readonly options: OptimiseOptions;
  readonly shell: Shell;
}

/** Seconds for a child beyond its budget: large models are loaded three times, and warmed up, on machines that are busy. */
const PATIENCE = 300;

/** Errors: a model, samples or a metric that is refused; a model that does not run. */
export async function optimised(asked: Asked): Promise<Answer> {
  const { model, options, shell } = asked;
  const { target } = options;
  const begun = now();
  await checkFolder(asked.output);
  const stop = shell.interruption();
  const beside = dirname(resolve(shell.folder, model));
  const local = onnxRunner({ beside, stop, patience: PATIENCE });
  const dim = options.dim ?? {};
  const decoding = target === "native" ? await decodingOf(model, dim, shell) : null;
  const file = await runningFile(asked, { ...decoding?.sizes, ...dim }, local);
  checkOutputs(file, options.outputs);
  const looped = decoding && { decoder: decoding.decoder, runner: local };
  const sets = await sampleSets(file, samplesAsked(options), shell, looped);
  const metric = await metricFrom(options, shell);
  const prices = await pricesFrom(options, shell);
  const machine = fingerprint();
  const before = load();
  const here =
    decoding === null ? local : loopRunner(local, decoding.decoder, sets.heldOut.samples);
  const runner = isHere(target) ? here : await predictedFor(asked, local);
  const session = { threads: options.threads, provider: providerOf(target), optimises: true };
  const progress = search(shell);
  const ask = askOf({
    asked,
    file,
    sets,
    decoding,
    runner,
    session,
    metric,
    prices,
    begun,
    note: progress.note,
  });
  const tuned = await tune(ask);
  progress.end();
  if (stop.aborted) throw new Error("interrupted: nothing is written");
  if (tuned.kind === "failed") {
    throw inputError(model, "a model that ONNX Runtime runs", `${tuned.reason}: ${tuned.message}`);
  }
  const certificate = certificateOf({
    asked,
    file,
    sets,
    decoding,
    tuning: tuned.value,
    machine: { ...machine, load: { before, after: load() } },
    versions: versions(),
    ceilings: isHere(target) ? await ceilings(runner, session) : null,
  });
  const written = await write(asked, tuned.value, certificate);
  return optimiseAnswer(certificate, written);
}

/** Errors: a profile of another kind, or of other threads. */
async function pricesFrom(
  { profile, threads }: OptimiseOptions,
  shell: Shell,
): Promise<Machine | null> {
  const found = await machineFrom(profile, shell);
  if (profile === undefined || found?.threads === threads) return found;
  const expected = `what tenlane calibrate --machine saved with ${threads} threads`;
  throw inputError(profile, expected, found?.threads ?? "another profile");
}

function now(): number {
  return performance.now() / 1000;
}

function samplesAsked({ calibration, pixels }: OptimiseOptions): SamplesAsked {
  return { folder: calibration ?? null, ...(pixels === undefined ? {} : { pixels }) };
}

/** A minute; of models whose runs take seconds, what one form and its comparison take, and a recipe. */
const BUDGET_USUAL = { budget: 60, runs: 24 };

/** The model, at the first multiple of sizes assumed at which it runs, where those as they are do not. */
async function runningFile(
  { model, options, shell }: Asked,
  sizes: OnnxSizes,
  runner: Runner,
): Promise<ModelFile> {
  const file = await modelFileFrom(model, sizes, shell);
  const question = { sizes, feeds: options.calibration ?? null };
  const session = { threads: 1, provider: "cpu", optimises: true };
  const running = await runningModel(model, question, { runner, session, shell });
  const found = (await running.network(1)).sizes ?? {};
  const assumed = file.network.sizes ?? {};
  const isSame = Object.entries(found).every(([name, size]) => assumed[name] === size);
  return isSame ? file : modelFileFrom(model, found, shell);
}

/** A search takes minutes: that its result has no place to go is said before. */
async function checkFolder(output: string): Promise<void> {
  const folder = dirname(output);
  if ((await kindOf(folder)) !== "folder") {
    throw inputError("--output", "a file in a folder that exists", folder);
  }
}

async function predictedFor({ options, shell }: Asked, local: Runner): Promise<Runner> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  accepted(findDevice(catalogue, options.target), "--target");
  return predictedRunner({ device: options.target, catalogue, sizes: options.dim ?? {}, local });
}

function checkOutputs({ graph }: ModelFile, outputs: readonly string[] = []): void {
  const names = graph.output.map(({ name }) => name);
  const unknown = outputs.find((each) => !names.includes(each));
  if (unknown !== undefined) throw inputError("--outputs", `some of ${names.join(", ")}`, unknown);
}

interface Searched {
  readonly asked: Asked;
  readonly file: ModelFile;
  readonly sets: SampleSets;
  readonly decoding: Decoding | null;
  readonly runner: Runner;
  readonly session: Session;
  readonly metric: Metric | null;
  /** Of the machine, by which candidates are foreseen. */
  readonly prices: Machine | null;
  readonly begun: number;
  readonly note: Ask["note"];
}

function askOf(searched: Searched): Ask {
  const { asked, file, sets, decoding, runner, session, metric, prices, begun, note } = searched;
  const { options } = asked;
  const fixed = Object.entries(options.dim ?? {}).filter(
    ([name]) => !Object.hasOwn(decoding?.sizes ?? {}, name),
  );
  const { outputs, latency } = options;
  const cores = coresOf(options.target);
  return {
    model: file.bytes,
    graph: file.graph,
    sizes: file.network.sizes ?? {},
    ...(prices === null ? {} : { machine: prices }),
    samples: sets.heldOut.samples,
    isGenerated: sets.heldOut.isGenerated,
    ...(outputs === undefined ? {} : { outputs }),
    runner,
    makers: makersOf({
      runner,
      hash: sha256,
      session: { ...session, threads: cores },
      options: {
        target: session.provider === "cpu" ? "native" : "wasm",
        ...(outputs === undefined ? {} : { outputs }),
        sizes: Object.fromEntries(fixed),
      },
      calibration: sets.calibration.samples,
      cpu: cpuFacts(session.provider),
    }),
    session,
    cores,
    objective: options.objective,
    ...(latency === undefined ? {} : { latencyMax: latency }),
    ...(options.budget === undefined ? BUDGET_USUAL : { budget: options.budget }),
    begun,
    now,
    ...(metric === null ? {} : { metric }),
    note,
  };
}

/** The model, its certificate and its page appear together or not at all. */
async function write(
  { output }: Asked,
  tuning: Tuning,
  certificate: Certificate,
): Promise<readonly string[]> {
  const stem = output.replace(/\.onnx$/iu, "");
  return writeTogether([
    { path: output, content: tuning.model },
    {
      path: `${stem}.certificate.json`,
      content: `${JSON.stringify(certificate, null, 2)}\n`,
    },
    { path: `${stem}.certificate.html`, content: certificatePage(certificate) },
  ]);
}
