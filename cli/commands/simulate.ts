import { resolve } from "node:path";
import { writeFileSync } from "node:fs";
import {
  beyondContext,
  chromeTrace,
  doubted,
  energyMeter,
  replayFeed,
  runCount,
  scaledFleet,
  series,
  simulate,
  simulateFeed,
  type Fleet,
  type Metrics,
  type Observer,
  type Traffic,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { catalogueFrom } from "../catalogue-input.ts";
import { refuseIdle } from "../idle-option.ts";
import { progress } from "../progress.ts";
import { type Replay, replayFrom } from "../replay-input.ts";
import { seriesCsv } from "../series-csv.ts";
import type { Shell } from "../shell.ts";
import { refusedAnswer, simulateAnswer } from "../simulate-answer.ts";
import {
  addSimulateOptions,
  servedFrom,
  type Served,
  type SimulateOptions,
} from "../simulate-question.ts";
import { textFile } from "../text-file.ts";
import { trafficFrom } from "../traffic-options.ts";
import { workloadFrom } from "../workload-options.ts";

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
    const asked = refuseIdle(addSimulateOptions(command), "simulate");
    asked.action(async (name: string, options: SimulateOptions) => {
      show(await simulated(name, options, shell));
    });
  },
};

async function simulated(name: string, options: SimulateOptions, shell: Shell): Promise<Answer> {
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const served = await servedFrom(name, options, { catalogue, shell });
  if ("reason" in served) return refusedAnswer(served);
  const problem =
    options.replay === undefined
      ? beyondContext(served.prepared.model, await workloadFrom(options, shell))
      : null;
  if (problem !== null) return refusedAnswer(problem);
  return answered({ ...served, arriving: await arrivingFrom(options, shell), options, shell });
}

type Arriving =
  | { readonly kind: "drawn"; readonly traffic: Traffic }
  | { readonly kind: "log"; readonly replay: Replay; readonly warmup: number };

async function arrivingFrom(options: SimulateOptions, shell: Shell): Promise<Arriving> {
  const { replay: file } = options;
  if (file === undefined) {
    return { kind: "drawn", traffic: trafficFrom(options, await workloadFrom(options, shell)) };
  }
  const isSkippingBad = options.skipBad === true;
  const most = options.requests ?? Infinity;
  const replay = await replayFrom({ file, format: options.format, isSkippingBad, most }, shell);
  return { kind: "log", replay, warmup: options.warmup ?? 0 };
}

interface Asked extends Served {
  readonly arriving: Arriving;
  readonly options: SimulateOptions;
  readonly shell: Shell;
}

/** The first run is watched; those that give its interval are only counted. */
function answered(asked: Asked): Answer {
  const { prepared, fleet, arriving, options, shell } = asked;
  const seeds = arriving.kind === "log" ? 1 : options.seeds;
  const over = series(fleet);
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
  const traceCut = trace?.end() === "cut";
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
    traceCut,
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
