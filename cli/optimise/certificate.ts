/** The certificate of a search that was made. */
import { basename } from "node:path";
import { networkMacs, networkParameters, type OnnxSizes } from "../../core/index.ts";
import type { Certificate, Tuning } from "../../core/optimise/index.ts";
import type { OptimiseOptions } from "../commands/optimise.ts";
import { sha256 } from "./digests.ts";
import type { Decoding } from "./decoding.ts";
import type { ModelFile } from "./model-file.ts";
import { setDigest, type SampleSets } from "./samples.ts";
import { availableParallelism } from "node:os";
import { isHere } from "./targets.ts";

export interface Certified {
  readonly asked: {
    readonly model: string;
    readonly output: string;
    readonly options: OptimiseOptions;
  };
  readonly file: ModelFile;
  readonly sets: SampleSets;
  readonly decoding: Decoding | null;
  readonly tuning: Tuning;
  readonly machine: Certificate["machine"];
  readonly versions: Certificate["versions"];
  readonly ceilings: Certificate["ceilings"];
}

export function certificateOf(certified: Certified): Certificate {
  const { asked, file, sets, tuning, machine, versions } = certified;
  const { candidates, finals, alone, deployments, pareto, chosen, unrounded, spent } = tuning;
  const work = workOf(file);
  return {
    kind: "optimisation",
    version: 1,
    made: new Date().toISOString(),
    command: commandOf(asked, tuning),
    versions,
    machine,
    input: digestOf(asked.model, file.bytes),
    output: digestOf(asked.output, tuning.model),
    question: questionOf(asked.options, file, tuning),
    calibration: setDigest(sets.calibration),
    heldOut: setDigest(sets.heldOut, tuning.samples),
    chosen,
    ...(unrounded === undefined ? {} : { unrounded }),
    candidates,
    finals,
    alone,
    deployments,
    pareto,
    work,
    ceilings: certified.ceilings,
    reached: reachedBy(tuning, work),
    assumptions: assumptionsOf(certified),
    spent,
  };
}

function workOf({ network }: ModelFile): NonNullable<Certificate["work"]> {
  const bits = network.numerics.linear.bits;
  return { flops: 2 * networkMacs(network), bytes: (networkParameters(network) * bits) / 8 };
}

/** Of the file as shipped, and of the one chosen for the same work. */
function reachedBy(
  { finals, chosen, candidates }: Tuning,
  { flops, bytes }: NonNullable<Certificate["work"]>,
): Certificate["reached"] {
  const final = finals.find(({ name }) => name === chosen);
  const any = candidates.find(({ comparison }) => comparison !== undefined);
  const comparison = final?.comparison ?? any?.comparison;
  if (comparison === undefined) return null;
  const rates = (time: number) => ({ time, flops: flops / time, bandwidth: bytes / time });
  const before = rates(comparison.before.median);
  return { before, after: final === undefined ? before : rates(comparison.after.median) };
}

function digestOf(path: string, bytes: Uint8Array): Certificate["input"] {
  return { name: basename(path), sha256: sha256(bytes), bytes: bytes.length };
}

function questionOf(
  options: OptimiseOptions,
  { network }: ModelFile,
  { budget }: Tuning,
): Certificate["question"] {
  const { objective, target, threads, outputs, latency, metric } = options;
  return {
    objective,
    target,
    threads,
    cores: availableParallelism(),
    budget,
    sizes: network.sizes ?? {},
    outputs: outputs ?? null,
    latencyMax: latency ?? null,
    metric: metric ?? null,
    price: options.price ?? null,
  };
}

/** The command that asks the same again. */
function commandOf({ model, output, options }: Certified["asked"], { budget }: Tuning): string {
  const { objective, target, threads, dim = {}, outputs, latency, calibration } = options;
  const words = [
    "tenlane optimise",
    basename(model),
    `-o ${basename(output)}`,
    `--budget ${Math.ceil(budget)}s`,
    `--objective ${objective}`,
    `--target ${target}`,
    `--threads ${threads}`,
    ...Object.entries(dim).map(([name, size]) => `--dim ${name}=${size}`),
    ...(outputs === undefined ? [] : [`--outputs ${outputs.join(",")}`]),
    ...(latency === undefined ? [] : [`--latency ${latency}s`]),
    ...(calibration === undefined ? [] : [`--calibration ${calibration}`]),
    ...(options.price === undefined ? [] : [`--price ${options.price}USD/h`]),
    ...(options.profile === undefined ? [] : [`--profile ${options.profile}`]),
    ...(options.pixels === undefined ? [] : [`--pixels ${options.pixels}`]),
    ...(options.metric === undefined ? [] : [`--metric ${options.metric}`]),
    ...(options.maxDrop === undefined ? [] : [`--max-drop ${options.maxDrop}`]),
  ];
  return words.join(" ");
}

/** Sizes that nobody gave, where the reader of the graph did not choose them either. */
function sizesFound({ network }: ModelFile, given: OnnxSizes): readonly string[] {
  const listed = (network.assumptions ?? []).join();
  return Object.entries(network.sizes ?? {})
    .filter(([name]) => !Object.hasOwn(given, name) && !listed.includes(`"${name}"`))
    .map(([name, size]) => `"${name}" is ${size}, where the model runs: --dim ${name}=... sets it`);
}

/** What stands for joules where no counter of them may be read. */
function energyBy({ asked, tuning }: Certified): readonly string[] {
  const isCounted = tuning.alone.some(({ energy }) => energy !== undefined);
  if (asked.options.objective !== "energy" || isCounted) return [];
  return ["energy is taken to grow as processor time: no counter of joules may be read"];
}

function assumptionsOf(certified: Certified): readonly string[] {
  const { asked, file, sets, decoding } = certified;
  const { target } = asked.options;
  const { isGenerated, source } = sets.heldOut;
  return [
    ...(isHere(target) ? [] : [`times are predicted for ${target}: nothing was measured on it`]),
    ...(target === "webgpu"
      ? ["webgpu is this machine's, through Dawn: a browser may have another GPU and another Dawn"]
      : []),
    ...(decoding === null
      ? []
      : [
          "times are of a token in a loop; a cache that may stay in place does: a past as long as the text becomes, into which the caller writes new keys and values, outputs of their own, and whose present, a copy, is not asked for",
        ]),
    ...(isGenerated
      ? [`samples are ${source}: --calibration gives real ones, and accuracy is judged on them`]
      : []),
    ...(file.network.assumptions ?? []),
    ...sizesFound(file, asked.options.dim ?? {}),
    ...energyBy(certified),
  ];
}
