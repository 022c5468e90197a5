/** What `simulate` asks: its options, and from them a fleet, its limits and what arrives there. */
import { Option, type Command } from "commander";
import {
  fleetOf,
  prepare,
  TRACE_FORMATS,
  type Catalogue,
  type Coefficients,
  type Fleet,
  type Infeasible,
  type Prepared,
  type Router,
  type RequestLimits,
  type TraceFormat,
} from "../core/index.ts";
import {
  addAvailabilityOptions,
  availabilityFrom,
  type AvailabilityOptions,
} from "./availability-options.ts";
import { catalogueOption } from "./catalogue-input.ts";
import { choiceFlag, countFlag, REPLICAS_MAX } from "./flags.ts";
import { inputError } from "./input-error.ts";
import { MODEL_ARGUMENT, modelFrom } from "./model-input.ts";
import { addPlacementOptions, placementFrom, type PlacementOptions } from "./placement-options.ts";
import { coefficientsFrom, profileOption } from "./profile-option.ts";
import { speculationFrom } from "./speculation-options.ts";
import type { Shell } from "./shell.ts";
import type { ClockName } from "./simulate-answer.ts";
import {
  addLimitOptions,
  addTrafficOptions,
  limitsFrom,
  rateOption,
  type LimitOptions,
  type TrafficOptions,
} from "./traffic-options.ts";
import { addWorkloadOptions, type WorkloadOptions } from "./workload-options.ts";

const ROUTERS = ["least-loaded", "round-robin", "prefix-aware"] as const;
const CLOCKS = ["client", "engine"] as const;

/** What is served, and how requests are shared out. */
export interface FleetOptions extends PlacementOptions, LimitOptions {
  readonly profile?: string;
  readonly prefillReplicas?: number;
  readonly prefillTp?: number;
  readonly router: Router;
}

export interface SimulateOptions
  extends FleetOptions, WorkloadOptions, TrafficOptions, AvailabilityOptions {
  readonly rate?: number;
  readonly replay?: string;
  readonly format?: TraceFormat;
  readonly skipBad?: true;
  readonly clock: ClockName;
  readonly seeds: number;
  readonly trace?: string;
  readonly series?: string;
  readonly catalogue?: string;
}

export function addSimulateOptions(command: Command): Command {
  addFleetOptions(command)
    .addOption(rateOption())
    .option("--replay <file>", "a request log instead: Azure or BurstGPT CSV, Mooncake JSONL")
    .option("--format <name>", "of the log", choiceFlag("--format", TRACE_FORMATS))
    .option("--skip-bad", "count bad lines of the log and go on")
    .option("--seeds <n>", "runs with other draws", countFlag("--seeds"), 3)
    .option("--trace <file>", "write the first run for Perfetto or chrome://tracing")
    .option("--series <file>", "write the first run over time as CSV")
    .addOption(
      new Option("--clock <whose>", "time from sending, or from reaching the engine")
        .choices(CLOCKS)
        .default("client"),
    );
  return addAvailabilityOptions(addTrafficOptions(addWorkloadOptions(command)))
    .addOption(catalogueOption())
    .addOption(profileOption());
}

export function addFleetOptions(command: Command): Command {
  addPlacementOptions(command.argument("<model>", MODEL_ARGUMENT))
    .option(
      "--prefill-replicas <n>",
      "copies that only compute prompts",
      countFlag("--prefill-replicas", 1, REPLICAS_MAX),
    )
    .option("--prefill-tp <n>", "tensor parallel devices of those", countFlag("--prefill-tp"))
    .option("--router <how>", ROUTERS.join(", "), choiceFlag("--router", ROUTERS), "least-loaded");
  return addLimitOptions(command);
}

/** A service that is ready to be simulated. */
export interface Served {
  readonly prepared: Prepared;
  readonly fleet: Fleet;
  readonly limits: RequestLimits;
}

interface From {
  readonly catalogue: Catalogue;
  readonly shell: Shell;
  /** In place of those of the options' profile. */
  readonly fitted?: Coefficients;
}

/** The service that the options describe, with what lies before it, or why there is none. */
export async function servedFrom(
  name: string,
  options: SimulateOptions,
  from: From,
): Promise<Served | Infeasible> {
  const served = await fleetFrom(name, options, from);
  if ("reason" in served) return served;
  const { fleet } = served;
  const seen = options.clock === "client" ? fleet : asEngineSees(fleet);
  const kept = { ...availabilityOf(options, fleet.lanes), ...promptsOf(options, fleet) };
  return { ...served, fleet: { ...seen, ...kept } };
}

/** The service itself, always up, as its clients see it. */
export async function fleetFrom(
  name: string,
  options: FleetOptions,
  { catalogue, shell, fitted }: From,
): Promise<Served | Infeasible> {
  const model = await modelFrom(name, catalogue, shell);
  const { system, placement } = placementFrom(
    { ...options, ...poolFrom(options) },
    model,
    catalogue,
    await speculationFrom(options, catalogue, shell),
  );
  const coefficients = fitted ?? (await coefficientsFrom(options.profile, shell));
  const prepared = prepare({ model, system, placement }, coefficients);
  if ("reason" in prepared) return prepared;
  const fleet = fleetOf(prepared);
  if ("reason" in fleet) return fleet;
  const lanes = Math.max(fleet.lanes, fleet.prompts?.pool.lanes ?? 0);
  if (lanes > REPLICAS_MAX) {
    throw inputError("--replicas, --dp, --pp", `at most ${REPLICAS_MAX} schedulers`, lanes);
  }
  return { prepared, fleet: { ...fleet, router: options.router }, limits: limitsFrom(options) };
}

function availabilityOf(options: SimulateOptions, lanes: number): Pick<Fleet, "availability"> {
  const availability = availabilityFrom(options, lanes / options.replicas);
  return availability === null ? {} : { availability };
}

/** The pool that computes prompts comes and goes by draws of its own, and to a target of its own. */
function promptsOf(options: SimulateOptions, { prompts }: Fleet): Pick<Fleet, "prompts"> {
  const { prefillReplicas: replicas, seed } = options;
  if (prompts === undefined || replicas === undefined) return {};
  const autoscale = options.prefillAutoscale ?? options.autoscale;
  const kept = availabilityOf(
    {
      ...options,
      replicas,
      replicasMin: Math.min(options.replicasMin, replicas),
      seed: seed + options.replicas,
      ...(autoscale === undefined ? {} : { autoscale }),
    },
    prompts.pool.lanes,
  );
  return { prompts: { ...prompts, ...kept } };
}

/** Without what lies between users and the engine. */
function asEngineSees({ frontEnd: _, ...fleet }: Fleet): Fleet {
  return { ...fleet, overhead: 0, promptToken: 0 };
}

function poolFrom({
  prefillReplicas,
  prefillTp,
  tp,
  pp,
  dp,
  ep,
}: FleetOptions): Pick<Prepared["placement"], "prefill"> {
  if (prefillReplicas === undefined) return {};
  const tensor = prefillTp ?? tp;
  const parallel = { tensor, pipeline: pp, data: dp, expert: Math.min(ep, tensor * dp) };
  return { prefill: { parallel, replicas: prefillReplicas } };
}
