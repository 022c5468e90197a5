import { Option } from "commander";
import {
  beyondContext,
  COPIES_MAX,
  deviceCount,
  estimateLoad,
  fewestReplicas,
  inPart,
  largestRate,
  resized,
  scaledFleet,
  settled,
  simulate,
  widthsAt,
  type Capacity,
  type Fleet,
  type Interval,
  type Metrics,
  type Prepared,
  type Trial,
  type Workload,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import type { Spent } from "../estimate-answer.ts";
import { capacityAnswer, type Copies, multiplied } from "../capacity-answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { countFlag, REPLICAS_MAX, shareFlag } from "../flags.ts";
import { refuseIdle } from "../idle-option.ts";
import { profileOption } from "../profile-option.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";
import { refusedAnswer } from "../simulate-answer.ts";
import {
  addFleetOptions,
  fleetFrom,
  type Served,
  type FleetOptions,
} from "../simulate-question.ts";
import {
  addStreamOptions,
  rateOption,
  trafficFrom,
  type TrafficOptions,
} from "../traffic-options.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options extends FleetOptions, WorkloadOptions, TrafficOptions {
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
    addFleetOptions(command)
      .addOption(rateOption("requests a second to serve with the fewest replicas"))
      .addOption(
        new Option("--replicas-max <n>", "most replicas to try for a rate")
          .argParser(countFlag("--replicas-max", 1, REPLICAS_MAX))
          .default(1024),
      )
      .option(
        "--percentile <share>",
        "requests that must keep the limits",
        shareFlag("--percentile"),
        0.9,
      );
    refuseIdle(addStreamOptions(addWorkloadOptions(command)), "capacity")
      .addOption(catalogueOption())
      .addOption(profileOption())
      .action(async (name: string, options: Options) => {
        show(await sought(name, options, shell));
      });
  },
};

async function sought(name: string, options: Options, shell: Shell): Promise<Answer> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const served = await fleetFrom(name, options, { catalogue, shell });
  if ("reason" in served) return refusedAnswer(served);
  const workload = await workloadFrom(options, shell);
  const problem = beyondContext(served.prepared.model, workload);
  if (problem !== null) return refusedAnswer(problem);
  return searched({ ...served, workload, options, shell });
}

interface Asked extends Served {
  readonly workload: Workload;
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
  return capacityAnswer({
    prepared,
    rate: options.rate ?? null,
    copies: copiesOf(asked),
    percentile: options.percentile,
    limits: asked.limits,
    searches: { middle, fast, slow },
    basis: widths?.tpot.basis ?? "analytic",
    spent: best && spentAt(asked, best),
  });
}

const SEARCHES = 3;

/**
 * What the service that was found draws and costs under that load, at as many requests at once as were simulated
 * (Little's law) and a token of those that are asked for; null where the closed form refuses it.
 */
function spentAt(asked: Asked, { value, metrics }: Trial): Spent | null {
  const { prepared, workload, options } = asked;
  const times = options.rate === undefined ? 1 : value / copiesOf(asked).count;
  const found = widened(prepared, times);
  const { input, output, cached } = workload;
  const each = found.prefill === null ? found.placement.replicas : 1;
  const rate = options.rate ?? value;
  const concurrency = Math.max(1, (rate * metrics.latency.mean) / each);
  const answer = estimateLoad(found, { input, output, cached, concurrency });
  if (answer.kind === "infeasible") return null;
  const { power, energyPerToken, costPerHour, costPerToken, carbonPerToken } = answer;
  const real = (perToken: Interval) =>
    multiplied(perToken, answer.outputRate.p50 / (rate * output.mean));
  return {
    power,
    energyPerToken: real(energyPerToken),
    costPerHour,
    costPerToken: costPerToken && real(costPerToken),
    carbonPerToken: carbonPerToken && real(carbonPerToken),
  };
}

/** So many times the replicas, of either pool. */
function widened(prepared: Prepared, times: number): Prepared {
  const { placement, prefill } = prepared;
  return {
    ...prepared,
    placement: { ...placement, replicas: placement.replicas * times },
    prefill: prefill && widened(prefill, times),
  };
}

/** What a search adds: a replica, or the whole of pools that are apart, in their proportion. */
function copiesOf({ prepared, options }: Asked): Copies {
  const { parallel } = prepared.placement;
  const { prefill } = prepared;
  if (prefill === null) {
    return { count: options.replicas, replicas: 1, devices: deviceCount(parallel) };
  }
  const { placement } = prefill;
  const { replicas } = options;
  const prompting = deviceCount(placement.parallel) * placement.replicas;
  return { count: 1, replicas, devices: deviceCount(parallel) * replicas + prompting };
}

function search(
  asked: Asked,
  { factor, guess }: { readonly factor: number; readonly guess: number },
): Capacity {
  const { rate, percentile: share, replicasMax: most } = asked.options;
  const fleet = scaledFleet(asked.fleet, factor);
  const { count } = copiesOf(asked);
  const at = (copies: number, each: number) =>
    inPart(copies, COPIES_MAX, (shown, part) =>
      ran(asked, resized(fleet, shown / count), part * each),
    );
  if (rate === undefined) return largestRate((each) => at(count, each), { guess, share });
  return fewestReplicas((copies) => at(copies, rate), { guess, share, most });
}

function ran({ workload, limits, options }: Asked, fleet: Fleet, rate: number): Metrics {
  const traffic = trafficFrom({ ...options, rate }, workload);
  const { seed } = options;
  return settled(
    (length) => simulate({ ...fleet, limits, traffic: { ...traffic, ...length }, seed }),
    rate,
    traffic,
  );
}
