/** What is served and by what: the plan, batches or machine whose worth is asked for. */
import type { Command } from "commander";
import {
  deviceCount,
  estimateBatch,
  findDevice,
  findGrid,
  numerics,
  sitesOf,
  systemFor,
  usualFormats,
  type Catalogue,
  type Demand,
  type Interval,
  type Model,
  type Plan,
} from "../core/index.ts";
import { machineOf, type Machine } from "../core/worth/index.ts";
import { catalogueFrom, catalogueOption } from "./catalogue-input.ts";
import { enginesFrom } from "./engine-options.ts";
import { countFlag, listFlag, quantityFlag } from "./flags.ts";
import { accepted, inputError } from "./input-error.ts";
import { modelFrom } from "./model-input.ts";
import { stockFrom } from "./own-option.ts";
import { coefficientsFrom, profileOption, refuseProfile } from "./profile-option.ts";
import { searched } from "./searched.ts";
import type { Shell } from "./shell.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "./workload-options.ts";

export interface ServedOptions extends WorkloadOptions {
  readonly machine?: readonly string[];
  readonly rate?: number;
  readonly users?: number;
  readonly ttft?: number;
  readonly tpot?: number;
  readonly device?: readonly string[];
  readonly provider?: readonly string[];
  readonly precision?: readonly string[];
  readonly grid?: string;
  readonly batch: number;
  readonly catalogue?: string;
  readonly profile?: string;
}

/** What work is counted in; `count` of what a rate counts. */
export interface Unit {
  readonly name: string;
  readonly count: number;
}

export interface Served extends Machine {
  readonly title: string;
  /** Work a second; null of a machine whose work is not said. */
  readonly made: { readonly unit: Unit; readonly rate: Interval } | null;
  readonly requestRate: Interval | null;
  readonly plan: Plan | null;
}

export function addServedOptions(command: Command): Command {
  return addWorkloadOptions(command)
    .option("--machine <devices>", 'a machine instead of a model: "8 x h100-sxm"', listFlag)
    .option("--rate <rate>", "requests a second: 8/s", quantityFlag("--rate", "rate"))
    .option("--users <n>", "users who each wait for an answer", countFlag("--users"))
    .option("--ttft <time>", "longest time to the first token", quantityFlag("--ttft", "time"))
    .option("--tpot <time>", "longest time per output token", quantityFlag("--tpot", "time"))
    .option("--device <names>", "only these devices", listFlag)
    .option("--provider <names>", "only offers of these providers", listFlag)
    .option("--precision <names>", "formats to try: fp8, bf16, ...", listFlag)
    .option("--grid <place>", "where it stands: gcp/europe-north1, world, ...")
    .option("--batch <n>", "inputs at once, of models that only read", countFlag("--batch"), 64)
    .addOption(catalogueOption())
    .addOption(profileOption());
}

/** The best plan, the batches or the machine asked for; a sentence where nothing can serve it. */
export async function servedFrom(
  name: string | undefined,
  options: ServedOptions,
  shell: Shell,
): Promise<Served | string> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  if (options.grid !== undefined) accepted(findGrid(catalogue, options.grid), "--grid");
  if (options.machine !== undefined) {
    refuseProfile(options.profile);
    return machine(options.machine, options, catalogue);
  }
  if (name === undefined) throw inputError("model", "a model, or --machine", undefined);
  const model = await modelFrom(name, catalogue, shell);
  if (!isGenerative(model)) return batches(model, options, catalogue);
  return planned(model, options, { catalogue, shell });
}

function isGenerative(model: Model): boolean {
  return model.kind === "transformer" && model.stacks.at(-1)?.head?.kind === "tokens";
}

async function planned(
  model: Model,
  options: ServedOptions,
  { catalogue, shell }: { readonly catalogue: Catalogue; readonly shell: Shell },
): Promise<Served | string> {
  const { device, provider, grid, precision, ttft, tpot } = options;
  const workload = await workloadFrom(options, shell);
  const named = device?.map((each) => accepted(findDevice(catalogue, each), "--device"));
  const asked = {
    model,
    workload,
    demand: demandOf(options),
    limits: { ...(ttft === undefined ? {} : { ttft }), ...(tpot === undefined ? {} : { tpot }) },
    sites: sitesOf(catalogue, enginesFrom(catalogue), {
      ...(named === undefined ? {} : { devices: named.map(({ id }) => id) }),
      ...(provider === undefined ? {} : { providers: provider }),
      ...(grid === undefined ? {} : { grid }),
    }),
    numerics:
      precision === undefined
        ? usualFormats(model, named)
        : precision.map((each) => accepted(numerics(each), "--precision")),
    objective: "cost",
    percentile: 0.9,
    confidence: 0.5,
    coefficients: await coefficientsFrom(options.profile, shell),
  } as const;
  const answer = searched(asked, shell);
  const priced = answer.plans.find(({ estimate }) => estimate.costPerHour !== null);
  // Of a device that is named, what it costs may be the user's to say.
  const best = priced ?? (device === undefined ? undefined : answer.plans[0]);
  if (best === undefined) return `no plan of ${answer.tried} candidates serves it at a known price`;
  return fromPlan(best, `${model.name}, ${workload.name}`, catalogue);
}

/** What a plan makes, with its system. */
export function fromPlan(best: Plan, title: string, catalogue: Catalogue): Served {
  const { system, placement, estimate } = best;
  const devices = deviceCount(placement.parallel) * placement.replicas;
  return {
    title: `${title}, on ${devices} × ${system.device.name} (${placement.numerics.name}, ${placement.engine.name})`,
    system,
    devices,
    joined: Math.min(deviceCount(placement.parallel), system.perHost),
    devicePower: estimate.devicePower,
    made: { unit: { name: "million tokens", count: 1e6 }, rate: estimate.outputRate },
    requestRate: estimate.requestRate,
    plan: best,
    catalogue,
  };
}

function demandOf({ rate, users }: ServedOptions): Demand {
  if (rate !== undefined) return { kind: "rate", rate };
  return users === undefined ? { kind: "saturate" } : { kind: "users", users };
}

function batches(model: Model, options: ServedOptions, catalogue: Catalogue): Served | string {
  refuseProfile(options.profile);
  const { device: [name] = [], precision: [format] = [], batch, input = 384, grid } = options;
  if (name === undefined) throw inputError("--device", "a device, as the model only reads", name);
  const device = accepted(findDevice(catalogue, name), "--device");
  const system = systemFor(catalogue, device, grid === undefined ? {} : { gridId: grid });
  const [engine] = enginesFrom(catalogue, ["static"]);
  if (engine === undefined) throw inputError("engines", "a static engine", undefined);
  const chosen = format === undefined ? model.numerics : accepted(numerics(format), "--precision");
  const parallel = { tensor: 1, pipeline: 1, data: 1, expert: 1 };
  const placement = { parallel, replicas: 1, numerics: chosen, engine };
  const answer = estimateBatch({ model, system, placement, batch, input, output: 0 });
  if (answer.kind === "infeasible") return answer.message;
  return {
    title: `${model.name}, batches of ${batch}, on 1 × ${device.name}`,
    system,
    devices: 1,
    joined: 1,
    devicePower: answer.devicePower,
    made: { unit: { name: "thousand inputs", count: 1e3 }, rate: answer.itemRate },
    requestRate: answer.itemRate,
    plan: null,
    catalogue,
  };
}

function machine(texts: readonly string[], { grid }: ServedOptions, catalogue: Catalogue): Served {
  const stock = Object.entries(stockFrom(texts, catalogue, "--machine"));
  const [first] = stock;
  if (first === undefined || stock.length > 1)
    throw inputError("--machine", "devices of one kind", texts.join(", "));
  const [id, devices] = first;
  const gridId = grid === undefined ? {} : { gridId: grid };
  const made = accepted(machineOf(catalogue, { device: id, devices, ...gridId }), "--machine");
  return {
    ...made,
    title: `${devices} × ${made.system.device.name}`,
    made: null,
    requestRate: null,
    plan: null,
  };
}
