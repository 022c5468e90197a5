import { Option } from "commander";
import {
  beyondContext,
  deviceCount,
  fewestReplicas,
  fleetOf,
  largestRate,
  prepare,
  scaledFleet,
  simulate,
  widthsAt,
  type Capacity,
  type Fleet,
  type Metrics,
  type Prepared,
  type RequestLimits,
  type Workload,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { capacityAnswer } from "../capacity-answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { countFlag, shareFlag } from "../flags.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addPlacementOptions, placementFrom, type PlacementOptions } from "../placement-options.ts";
import { progress } from "../progress.ts";
import { speculationFrom } from "../speculation-options.ts";
import type { Shell } from "../shell.ts";
import { refusedAnswer } from "../simulate-answer.ts";
import {
  addLimitOptions,
  addStreamOptions,
  limitsFrom,
  rateOption,
  trafficFrom,
  type LimitOptions,
  type TrafficOptions,
} from "../traffic-options.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options extends PlacementOptions, WorkloadOptions, TrafficOptions, LimitOptions {
  readonly rate?: number;
  readonly replicasMax: number;
  readonly percentile: number;
  readonly catalogue?: string;
}

export const capacityCommand: CommandModule = {
  examples: [
    "tenlane capacity Qwen/Qwen3-32B --device h100-sxm --tp 2 --ttft 500ms --tpot 40ms",
    "tenlane capacity Qwen/Qwen3-32B --device h100-sxm --tp 2 --ttft 500ms --tpot 40ms --rate 40/s",
    "tenlane capacity Qwen/Qwen3-32B --device mi300x --ttft 1s --percentile 99% --json",
  ],
  declare: (command, shell, show) => {
    addPlacementOptions(command.argument("<model>", MODEL_ARGUMENT))
      .addOption(rateOption("requests a second to serve with the fewest replicas"))
      .addOption(
        new Option("--replicas-max <n>", "most replicas to try for a rate")
          .argParser(countFlag("--replicas-max"))
          .default(1024),
      )
      .option(
        "--percentile <share>",
        "requests that must keep the limits",
        shareFlag("--percentile"),
        0.9,
      );
    addStreamOptions(addLimitOptions(addWorkloadOptions(command)))
      .addOption(catalogueOption())
      .action(async (name: string, options: Options) => {
        show(await sought(name, options, shell));
      });
  },
};

async function sought(name: string, options: Options, shell: Shell): Promise<Answer> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const model = await modelFrom(name, catalogue, shell);
  const speculation = await speculationFrom(options, catalogue, shell);
  const placed = placementFrom(options, model, catalogue, speculation);
  const prepared = prepare({ model, ...placed });
  if ("reason" in prepared) return refusedAnswer(prepared);
  const fleet = fleetOf(prepared);
  if ("reason" in fleet) return refusedAnswer(fleet);
  const workload = await workloadFrom(options, shell);
  const problem = beyondContext(prepared.model, workload);
  if (problem !== null) return refusedAnswer(problem);
  const limits = limitsFrom(options);
  return searched({ prepared, fleet, workload, limits, options, shell });
}

interface Asked {
  readonly prepared: Prepared;
  readonly fleet: Fleet;
  readonly workload: Workload;
  readonly limits: RequestLimits;
  readonly options: Options;
  readonly shell: Shell;
}

/** The search with steps as estimated, then with all of them at their p10 and at their p90. */
function searched(asked: Asked): Answer {
  const { prepared, options, shell } = asked;
  const bar = progress(shell, "searching");
  const middle = search(asked, { factor: 1, guess: 1 });
  bar.reach(1, SEARCHES);
  const { best } = middle;
  const widths = best === null ? null : widthsAt(prepared, best.metrics);
  const { value: found = 1 } = best ?? {};
  const at = (factor: number) => {
    const guess = options.rate === undefined ? found / factor : found * factor;
    return search(asked, { factor, guess });
  };
  const fast = widths && at(widths.tpot.p10 / widths.tpot.p50);
  bar.reach(2, SEARCHES);
  const slow = widths && at(widths.tpot.p90 / widths.tpot.p50);
  bar.end();
  const { parallel, replicas } = prepared.placement;
  return capacityAnswer({
    prepared,
    rate: options.rate ?? null,
    replicas,
    devicesEach: deviceCount(parallel),
    percentile: options.percentile,
    limits: asked.limits,
    searches: { middle, fast, slow },
    basis: widths?.tpot.basis ?? "analytic",
  });
}

const SEARCHES = 3;

function search(
  asked: Asked,
  { factor, guess }: { readonly factor: number; readonly guess: number },
): Capacity {
  const { options } = asked;
  const { rate, percentile: share, replicasMax: most } = options;
  const fleet = scaledFleet(asked.fleet, factor);
  if (rate === undefined) {
    return largestRate((each) => ran(asked, fleet, each), { guess, share });
  }
  const lanesEach = fleet.lanes / options.replicas;
  return fewestReplicas((count) => ran(asked, { ...fleet, lanes: lanesEach * count }, rate), {
    guess,
    share,
    most,
  });
}

function ran({ workload, limits, options }: Asked, fleet: Fleet, rate: number): Metrics {
  const traffic = trafficFrom({ ...options, rate }, workload);
  return simulate({ ...fleet, limits, traffic, seed: options.seed });
}
