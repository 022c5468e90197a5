import { resolve } from "node:path";
import { writeFileSync } from "node:fs";
import { Option } from "commander";
import {
  chromeTrace,
  doubted,
  energyMeter,
  fleetOf,
  prepare,
  replayFeed,
  runCount,
  scaledFleet,
  series,
  simulate,
  simulateFeed,
  TRACE_FORMATS,
  type Fleet,
  type Metrics,
  type Observer,
  type Prepared,
  type Router,
  type RequestLimits,
  type TraceFormat,
  type Traffic,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import {
  addAvailabilityOptions,
  availabilityFrom,
  type AvailabilityOptions,
} from "../availability-options.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { choiceFlag, countFlag } from "../flags.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { inputError } from "../input-error.ts";
import { addPlacementOptions, placementFrom, type PlacementOptions } from "../placement-options.ts";
import { progress } from "../progress.ts";
import { type Replay, replayFrom } from "../replay-input.ts";
import { seriesCsv } from "../series-csv.ts";
import type { Shell } from "../shell.ts";
import { refusedAnswer, simulateAnswer, type ClockName } from "../simulate-answer.ts";
import { textFile } from "../text-file.ts";
import {
  addLimitOptions,
  addTrafficOptions,
  limitsFrom,
  rateOption,
  trafficFrom,
  type LimitOptions,
  type TrafficOptions,
} from "../traffic-options.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

const ROUTERS = ["least-loaded", "round-robin", "prefix-aware"] as const;
const CLOCKS = ["client", "engine"] as const;

interface Options
  extends PlacementOptions, WorkloadOptions, TrafficOptions, LimitOptions, AvailabilityOptions {
  readonly rate?: number;
  readonly replay?: string;
  readonly format?: TraceFormat;
  readonly skipBad?: true;
  readonly prefillReplicas?: number;
  readonly prefillTp?: number;
  readonly router: Router;
  readonly clock: ClockName;
  readonly seeds: number;
  readonly trace?: string;
  readonly series?: string;
  readonly catalogue?: string;
}

export const simulateCommand: CommandModule = {
  examples: [
    "tenlane simulate Qwen/Qwen3-32B --device h100-sxm --tp 2 --rate 4/s --ttft 500ms --tpot 40ms",
    "tenlane simulate Qwen/Qwen3-32B --device h100-sxm --tp 2 --users 64 --requests 2000 --json",
    "tenlane simulate Qwen/Qwen3-32B --device h200-sxm --rate 2/s --arrivals gamma --burstiness 0.5",
    "tenlane simulate Qwen/Qwen3-32B --device h200-sxm --replicas 4 --rate 4/s --turns 5 --router prefix-aware",
    "tenlane simulate Qwen/Qwen3-32B --device h200-sxm --prefill-replicas 2 --rate 2/s",
    "tenlane simulate Qwen/Qwen3-32B --device h200-sxm --replicas 4 --rate 4/s --autoscale 20",
  ],
  declare: (command, shell, show) => {
    addPlacementOptions(command.argument("<model>", MODEL_ARGUMENT))
      .addOption(rateOption())
      .option("--replay <file>", "a request log instead: Azure or BurstGPT CSV, Mooncake JSONL")
      .option("--format <name>", "of the log", choiceFlag("--format", TRACE_FORMATS))
      .option("--skip-bad", "count bad lines of the log and go on")
      .option(
        "--prefill-replicas <n>",
        "copies that only compute prompts",
        countFlag("--prefill-replicas"),
      )
      .option("--prefill-tp <n>", "tensor parallel devices of those", countFlag("--prefill-tp"))
      .option("--router <how>", ROUTERS.join(", "), choiceFlag("--router", ROUTERS), "least-loaded")
      .option("--seeds <n>", "runs with other draws", countFlag("--seeds"), 3)
      .option("--trace <file>", "write the first run for Perfetto or chrome://tracing")
      .option("--series <file>", "write the first run over time as CSV")
      .addOption(
        new Option("--clock <whose>", "time from sending, or from reaching the engine")
          .choices(CLOCKS)
          .default("client"),
      );
    addAvailabilityOptions(addTrafficOptions(addLimitOptions(addWorkloadOptions(command))))
      .addOption(catalogueOption())
      .action(async (name: string, options: Options) => {
        show(await simulated(name, options, shell));
      });
  },
};

async function simulated(name: string, options: Options, shell: Shell): Promise<Answer> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const model = await modelFrom(name, catalogue, shell);
  const { system, placement } = placementFrom(options, model, catalogue);
  const pool = poolFrom(options);
  const prepared = prepare({ model, system, placement: { ...placement, ...pool } });
  if ("reason" in prepared) return refusedAnswer(prepared);
  const fleet = fleetOf(prepared);
  if ("reason" in fleet) return refusedAnswer(fleet);
  const { clock, router } = options;
  const overhead = clock === "client" ? fleet.overhead : 0;
  const limits = limitsFrom(options);
  const availability = availabilityFrom(options, fleet.lanes / options.replicas);
  const kept = availability === null ? {} : { availability };
  const arriving = await arrivingFrom(options, shell);
  return answered({
    prepared,
    fleet: { ...fleet, ...kept, overhead, router },
    limits,
    arriving,
    options,
    shell,
  });
}

function poolFrom({
  prefillReplicas,
  prefillTp,
  tp,
  pp,
  dp,
  ep,
}: Options): Pick<Prepared["placement"], "prefill"> {
  if (prefillReplicas === undefined) return {};
  const tensor = prefillTp ?? tp;
  const parallel = { tensor, pipeline: pp, data: dp, expert: Math.min(ep, tensor * dp) };
  return { prefill: { parallel, replicas: prefillReplicas } };
}

type Arriving =
  | { readonly kind: "drawn"; readonly traffic: Traffic }
  | { readonly kind: "log"; readonly replay: Replay; readonly warmup: number };

async function arrivingFrom(options: Options, shell: Shell): Promise<Arriving> {
  const { replay: file, rate, users } = options;
  if (file === undefined) {
    return { kind: "drawn", traffic: trafficFrom(options, await workloadFrom(options, shell)) };
  }
  if (rate !== undefined || users !== undefined) {
    throw inputError("--replay", "no --rate and no --users beside it", file);
  }
  const isSkippingBad = options.skipBad === true;
  const most = options.requests ?? Infinity;
  const replay = await replayFrom({ file, format: options.format, isSkippingBad, most }, shell);
  return { kind: "log", replay, warmup: options.warmup ?? 0 };
}

interface Asked {
  readonly prepared: Prepared;
  readonly fleet: Fleet;
  readonly limits: RequestLimits;
  readonly arriving: Arriving;
  readonly options: Options;
  readonly shell: Shell;
}

/** The first run is watched; those that give its interval are only counted. */
function answered(asked: Asked): Answer {
  const { prepared, fleet, arriving, options, shell } = asked;
  const seeds = arriving.kind === "log" ? 1 : options.seeds;
  const over = series(fleet.overhead);
  const meter = energyMeter(prepared);
  const file = options.trace === undefined ? null : textFile(resolve(shell.folder, options.trace));
  const trace = file === null ? null : chromeTrace(file.write);
  const watching = [over.observer, meter.observer, ...(trace === null ? [] : [trace.observer])];
  const bar = progress(shell, "simulating");
  let done = 0;
  const { metrics, intervals } = doubted(
    ({ seed, factor }) => {
      const counting = countingObserver(
        (share) => bar.reach(done + share, runCount(seeds)),
        arriving,
      );
      const observers = [...(done === 0 ? watching : []), counting];
      const scaled = scaledFleet(fleet, factor);
      const result = ran(asked, scaled, { seed, observers });
      done += 1;
      return result;
    },
    { seed: options.seed, seeds, prepared },
  );
  bar.end();
  trace?.end();
  file?.close();
  const rows = over.rows({
    lanes: fleet.lanes + (fleet.prompts?.pool.lanes ?? 0),
    cacheTokens: fleet.policy.cacheTokens,
    powerAt: meter.powerAt,
  });
  if (options.series !== undefined) {
    writeFileSync(resolve(shell.folder, options.series), seriesCsv(rows));
  }
  return simulateAnswer({
    prepared,
    clock: options.clock,
    metrics,
    intervals,
    runs: done,
    energy: meter.energy(),
    power: meter.power(),
    series: rows,
    bad: arriving.kind === "log" ? arriving.replay.bad() : null,
  });
}

function ran(
  { limits, arriving }: Asked,
  fleet: Fleet,
  { seed, observers }: { readonly seed: number; readonly observers: readonly Observer[] },
): Metrics {
  if (arriving.kind === "drawn") {
    return simulate({ ...fleet, limits, observers, seed, traffic: arriving.traffic });
  }
  const feed = replayFeed(arriving.replay.requests());
  return simulateFeed({ ...fleet, limits, observers, feed, warmup: arriving.warmup });
}

/** Requests between two looks at the bar. */
const LOOK_EVERY = 512;

function countingObserver(reach: (share: number) => void, arriving: Arriving): Observer {
  return {
    arrived: ({ id }) => {
      if (id % LOOK_EVERY !== 0) return;
      reach(arriving.kind === "drawn" ? id / arriving.traffic.requests : arriving.replay.share());
    },
  };
}
