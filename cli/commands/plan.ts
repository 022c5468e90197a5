import { Option, type Command } from "commander";
import {
  explain,
  explainTraining,
  FINALISTS,
  finalists,
  findDevice,
  findGrid,
  numerics,
  offers,
  OBJECTIVES,
  planTraining,
  sitesOf,
  TENURES,
  TRAINING_OBJECTIVES,
  usualFormats,
  type Catalogue,
  type Demand,
  type Device,
  type Finalists,
  type Limits,
  type Model,
  type Numerics,
  type Objective,
  type PlanRequest,
  type SiteChoice,
  type Tenure,
  type TrainingRequest,
  type Workload,
} from "../../core/index.ts";
import { isDecoder } from "../../core/model/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { checkRunning, enginesFrom, namedDevices } from "../engine-options.ts";
import { choiceFlag, countFlag, listFlag, positiveFlag, shareFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addNetworkOptions, networkFrom, type NetworkOptions } from "../network-options.ts";
import { stockFrom } from "../own-option.ts";
import { batchPlanAnswer } from "../batch-plan-answer.ts";
import { planAnswer } from "../plan-answer.ts";
import { progress } from "../progress.ts";
import { coefficientsFrom, profileOption, refuseProfile } from "../profile-option.ts";
import {
  addSpeculationOptions,
  speculating,
  speculationFrom,
  type SpeculationOptions,
} from "../speculation-options.ts";
import { searched } from "../searched.ts";
import type { Shell } from "../shell.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";
import { trainingAnswer } from "../training-answer.ts";
import {
  addTrainingOptions,
  runFrom,
  trainingFormats,
  trainingLimits,
  trainingObjective,
  type TrainingOptions,
} from "../training-options.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options
  extends WorkloadOptions, SpeculationOptions, SizeOptions, TrainingOptions, NetworkOptions {
  readonly ttft?: number;
  readonly tpot?: number;
  readonly latency?: number;
  readonly rate?: number;
  readonly users?: number;
  readonly budget?: number;
  readonly power?: number;
  readonly devicesMax?: number;
  readonly device?: readonly string[];
  readonly vendor?: readonly string[];
  readonly exclude?: readonly string[];
  readonly own?: readonly string[];
  readonly provider?: readonly string[];
  readonly region?: readonly string[];
  readonly tenure: Tenure;
  readonly announced?: true;
  readonly grid?: string;
  readonly engine?: readonly string[];
  readonly precision?: readonly string[];
  readonly objective: string;
  readonly pareto?: readonly string[];
  readonly percentile: number;
  readonly confidence: number;
  readonly top: number;
  readonly explain?: true;
  readonly simulate: boolean;
  readonly disaggregated?: boolean;
  readonly catalogue?: string;
  readonly profile?: string;
}

/** Of serving and of training; which of them fits is said once it is known what is planned. */
const ANY_OBJECTIVE = [...new Set([...OBJECTIVES, ...TRAINING_OBJECTIVES])];

export const planCommand: CommandModule = {
  examples: [
    "tenlane plan Qwen/Qwen3-32B --workload chat --ttft 500ms --tpot 40ms --rate 8/s",
    "tenlane plan Qwen/Qwen3-32B --users 200 --vendor AMD --objective energy",
    "tenlane plan Qwen/Qwen3-32B --rate 2/s --tpot 30ms --budget '$40/h' --explain",
    'tenlane plan Qwen/Qwen3-32B --own "8 x h100-sxm" --tpot 40ms',
    "tenlane plan Qwen/Qwen3-32B --rate 8/s --pareto cost,latency --json",
    "tenlane plan llama-2-70b --train pretrain-70b --deadline 60d --device h100-sxm --explain",
  ],
  declare: (command, shell, show) => {
    command.argument("<model>", MODEL_ARGUMENT);
    addDemand(command);
    addSizeOption(addWorkloadOptions(command));
    addSites(command);
    addRanking(command);
    addNetworkOptions(addTrainingOptions(command));
    command.addOption(catalogueOption()).addOption(profileOption());
    command.action(async (name: string, options: Options) => {
      const catalogue = await catalogueFrom(options.catalogue, shell);
      const model = await modelFrom(name, catalogue, shell, options.dim);
      if (options.train !== undefined) {
        show(await trained({ model, catalogue, options, shell }, options.train));
        return;
      }
      const request = await requestOf({ model, catalogue, options, shell });
      if (isOfSamples(model)) {
        refuseProfile(options.profile);
        const sites = batchSites(catalogue, options);
        show(batchPlanAnswer({ ...request, sites }, options));
        return;
      }
      const { answer, checks } = simulatedPlans(request, options, shell);
      const [best] = answer.plans;
      const reasons =
        options.explain === true && best !== undefined ? explain(request, best) : null;
      show(planAnswer(request, answer, { reasons, top: options.top, checks }));
    });
  },
};

/** Networks, and transformers that look at pictures and write nothing: their inputs have one size. */
function isOfSamples(model: Model): boolean {
  if (model.kind === "network") return true;
  return !isDecoder(model) && model.stacks.some(({ role }) => role === "vision");
}

/** The search, and its best plans under traffic; a front keeps its order, which is not that of one objective. */
function simulatedPlans(request: PlanRequest, { simulate }: Options, shell: Shell): Finalists {
  const answer = searched(request, shell);
  if (!simulate) return { answer, checks: new Map() };
  return finalists(request, answer, { ...FINALISTS, seed: SEED });
}

/** Plans are compared on equal draws, in every run of the command too. */
const SEED = 1;

function addDemand(command: Command): void {
  command
    .option("--ttft <time>", "longest time to the first token", positiveFlag("--ttft", "time"))
    .option("--tpot <time>", "longest time per output token", positiveFlag("--tpot", "time"))
    .option("--latency <time>", "longest request, end to end", positiveFlag("--latency", "time"))
    .addOption(
      new Option("--rate <rate>", "requests a second: 8/s, 120/min")
        .argParser(positiveFlag("--rate", "rate"))
        .conflicts("users"),
    )
    .option("--users <n>", "users who each wait for an answer", countFlag("--users"))
    .option("--budget <rent>", "most money an hour: $20/h", positiveFlag("--budget", "rent"))
    .option("--power <power>", "most power at the wall: 12kW", positiveFlag("--power", "power"))
    .option("--devices-max <n>", "most devices", countFlag("--devices-max"));
}

function addSites(command: Command): void {
  addSpeculationOptions(command)
    .option("--device <names>", "only these devices", listFlag)
    .option("--own <devices>", 'only what you have: "8 x h100-sxm, 4 x l40s"', listFlag)
    .option("--vendor <names>", "only devices of these vendors", listFlag)
    .option("--exclude <names>", "no devices of these vendors", listFlag)
    .option("--provider <names>", "only offers of these providers", listFlag)
    .option("--region <names>", "only offers in these regions", listFlag)
    .option("--tenure <how>", TENURES.join(", "), choiceFlag("--tenure", TENURES), "rent")
    .option("--announced", "also devices that are announced or retired")
    .option("--grid <place>", "where it stands: gcp/europe-north1, world, ...")
    .option("--engine <names>", "only these engines, as vllm or vllm@0.11", listFlag)
    .option(
      "--precision <names>",
      "formats to try: fp8, w4a16, nvfp4, ... (default: the checkpoint's and fp8)",
      listFlag,
    );
}

function addRanking(command: Command): void {
  const objectives = [...OBJECTIVES, "time (of training)"].join(", ");
  command
    .option("--objective <what>", objectives, choiceFlag("--objective", ANY_OBJECTIVE), "cost")
    .option("--pareto <two>", "only plans that are best in one of two objectives", listFlag)
    .option("--percentile <share>", "moments at which limits hold", shareFlag("--percentile"), 0.9)
    .option("--confidence <share>", "how sure they must hold", shareFlag("--confidence"), 0.5)
    .option("--top <n>", "plans to show", countFlag("--top"), 10)
    .option("--no-simulate", "do not check the best plans under traffic")
    .option("--disaggregated", "prompts and decodes on devices of their own, in every split")
    .option(
      "--no-disaggregated",
      "never; tried for plans that a limit on time holds back if not given",
    )
    .option("--explain", "say what would change the best plan");
}

interface Asked {
  readonly model: Model;
  readonly catalogue: Catalogue;
  readonly options: Options;
  readonly shell: Shell;
}

/** The answer to a model that is trained, not served. */
async function trained(
  { model, catalogue, options, shell }: Asked,
  named: string,
): Promise<Answer> {
  refuseProfile(options.profile);
  const run = await runFrom(named, shell);
  const { own, failures } = options;
  const stock = own === undefined ? undefined : stockFrom(own, catalogue);
  const request: TrainingRequest = {
    model,
    run,
    limits: trainingLimits(options, options.devicesMax),
    sites: sitesOf(catalogue, enginesFrom(catalogue, options.engine), {
      ...choiceOf(catalogue, options),
      ...(stock === undefined ? {} : owned(stock)),
    }),
    ...(stock === undefined ? {} : { stock }),
    numerics: trainingFormats(options.precision, run),
    objective: trainingObjective(options.objective),
    ...(failures === undefined ? {} : { deviceBetween: failures }),
  };
  const bar = progress(shell, "devices");
  const answer = planTraining(request, bar.reach);
  bar.end();
  const [best] = answer.plans;
  const reasons =
    options.explain === true && best !== undefined ? explainTraining(request, best) : null;
  return trainingAnswer(request, answer, { reasons, top: options.top });
}

async function requestOf({ model, catalogue, options, shell }: Asked): Promise<PlanRequest> {
  const { percentile, confidence, own } = options;
  const objective = choiceFlag("--objective", OBJECTIVES)(options.objective);
  const stock = own === undefined ? undefined : stockFrom(own, catalogue);
  const speculation = await speculationFrom(options, catalogue, shell);
  const engines = enginesFrom(catalogue, options.engine).map((engine) =>
    speculating(engine, speculation),
  );
  const asked = choiceOf(catalogue, options);
  checkRunning(catalogue, engines, asked);
  const choice = stock === undefined ? asked : { ...asked, ...owned(stock) };
  return {
    model,
    workload: await askedWorkload(model, options, shell),
    demand: demandOf(options),
    limits: limitsOf(options),
    sites: sitesOf(catalogue, engines, choice),
    ...(stock === undefined ? {} : { stock }),
    numerics: formatsOf(options, model, namedDevices(catalogue, choice)),
    coefficients: await coefficientsFrom(options.profile, shell),
    objective,
    ...(options.disaggregated === undefined ? {} : { disaggregated: options.disaggregated }),
    ...(options.pareto === undefined ? {} : { front: frontOf(options.pareto) }),
    percentile,
    confidence,
  };
}

/** An encoder's answer is one vector, whatever the workload says of tokens. */
const VECTOR: Workload["output"] = { mean: 1, variation: 0 };

/** An encoder for which none is given reads passages no longer than it was made for; its name says that it is assumed. */
async function askedWorkload(model: Model, options: Options, shell: Shell): Promise<Workload> {
  if (isDecoder(model)) return workloadFrom(options, shell);
  const { workload = "embeddings" } = options;
  const asked = { ...(await workloadFrom({ ...options, workload }, shell)), output: VECTOR };
  if (options.workload !== undefined) return asked;
  const { contextMax = Infinity } = model.kind === "transformer" ? model : {};
  const mean = options.input ?? Math.min(asked.input.mean, contextMax - 1);
  return { ...asked, name: `${asked.name} assumed`, input: { ...asked.input, mean } };
}

/** Networks run on whatever computes a batch; engines that serve tokens have no part in it. */
function batchSites(catalogue: Catalogue, options: Options): PlanRequest["sites"] {
  const { own, engine = ["static"] } = options;
  return sitesOf(catalogue, enginesFrom(catalogue, engine), {
    ...choiceOf(catalogue, options),
    ...(own === undefined ? {} : owned(stockFrom(own, catalogue))),
  });
}

function demandOf({ rate, users }: Options): Demand {
  if (rate !== undefined) return { kind: "rate", rate };
  return users === undefined ? { kind: "saturate" } : { kind: "users", users };
}

function limitsOf({ ttft, tpot, latency, budget, power, devicesMax }: Options): Limits {
  return {
    ...(ttft === undefined ? {} : { ttft }),
    ...(tpot === undefined ? {} : { tpot }),
    ...(latency === undefined ? {} : { latency }),
    ...(budget === undefined ? {} : { costPerHour: budget }),
    ...(power === undefined ? {} : { power }),
    ...(devicesMax === undefined ? {} : { devices: devicesMax }),
  };
}

function choiceOf(catalogue: Catalogue, options: Options): SiteChoice {
  const { device, provider, region, tenure, announced, grid } = options;
  const vendors = vendorsOf(catalogue, options);
  return {
    tenure,
    fabric: networkFrom(options),
    ...(device === undefined
      ? {}
      : { devices: device.map((name) => accepted(findDevice(catalogue, name), "--device").id) }),
    ...(vendors === null ? {} : { vendors }),
    ...(provider === undefined
      ? {}
      : {
          providers: spelled(
            "--provider",
            catalogue.prices.map((each) => each.provider),
            provider,
          ),
        }),
    ...(region === undefined
      ? {}
      : {
          regions: spelled(
            "--region",
            offers(catalogue).flatMap((each) => each.region ?? []),
            region,
          ),
        }),
    ...(announced === undefined ? {} : { announced }),
    ...(grid === undefined ? {} : { grid: accepted(findGrid(catalogue, grid), "--grid").id }),
  };
}

/** Devices that stand somewhere already: written off like a purchase, in hosts no larger than their number. */
function owned(stock: Readonly<Record<string, number>>): SiteChoice {
  return { devices: Object.keys(stock), tenure: "own", perHostMax: stock };
}

/** Names as the catalogue spells them; `all` may hold one more than once. */
function spelled(
  flag: string,
  all: readonly string[],
  names: readonly string[],
): readonly string[] {
  return names.map((name) => {
    const found = all.find((each) => each.toLowerCase() === name.toLowerCase());
    if (found !== undefined) return found;
    throw inputError(flag, `one of ${[...new Set(all)].toSorted().join(", ")}`, name);
  });
}

/** The vendors to consider, as the catalogue spells them; null is all. */
function vendorsOf(
  { accelerators }: Catalogue,
  { vendor, exclude }: Options,
): readonly string[] | null {
  if (vendor === undefined && exclude === undefined) return null;
  const all = [...new Set(accelerators.map((each) => each.vendor))];
  const excluded = new Set(spelled("--exclude", all, exclude ?? []));
  const asked = vendor === undefined ? all : spelled("--vendor", all, vendor);
  return asked.filter((name) => !excluded.has(name));
}

function formatsOf(
  { precision }: Options,
  model: Model,
  named: readonly Device[],
): readonly Numerics[] {
  return precision === undefined
    ? usualFormats(model, named)
    : precision.map((name) => accepted(numerics(name), "--precision"));
}

function frontOf(names: readonly string[]): readonly [Objective, Objective] {
  const [first, second, ...more] = names.map(choiceFlag("--pareto", OBJECTIVES));
  if (first !== undefined && second !== undefined && more.length === 0) return [first, second];
  throw inputError(
    "--pareto",
    `two of ${OBJECTIVES.join(", ")} with a comma between`,
    names.join(","),
  );
}
