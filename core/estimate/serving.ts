/**
 * A replica under load: first token, time a token, rate and occupancy, by its scheduler.
 *
 * Users beyond the slots wait outside: a closed loop fills every slot and the rest queue by Little's law; an open stream waits as in
 * M/G/c with Sakasegawa's approximation, and is refused when it brings more than the lanes can carry.
 *
 * Source: Little 1961; Sakasegawa 1977, "An approximation formula Lq ≈ αβᵖ/(1−ρ)"
 */
import { assert } from "../assert.ts";
import { power } from "../power.ts";
import type { RequestsPerSecond, Seconds } from "../units.ts";
import { waveTime } from "./first-token.ts";
import { infeasible } from "./infeasible.ts";
import { decodeLine, decodeStep, type LaneCosts, moved, promptStep, promptWork } from "./lane.ts";
import type { Serving, ServingArgs } from "./serving-types.ts";
import { staticServing } from "./static-batch.ts";
import { type Lane, type Steady, closedLoop, inFlight, openLoop } from "./steady-state.ts";
import type { Infeasible } from "./types.ts";

export function serving(args: ServingArgs): Serving | Infeasible {
  if (args.costs.engine.scheduler === "static") return staticServing(args);
  const { load, lanes, slots } = args;
  if (load.rate !== undefined) return openServing(args, load.rate / lanes);
  const loop = Math.min(slots, load.concurrency / lanes);
  const settled = settledLoop(args.costs, loop);
  const rate = settled.steady.rate * lanes;
  const waiting = Math.max(0, load.concurrency - slots * lanes) / rate;
  return answer(args, settled, waiting);
}

interface Settled {
  readonly lane: Lane;
  readonly steady: Steady;
  readonly joined: number;
}

/**
 * Costs depend on where the lane works and that on the costs. A loop is asked near where it works, so two rounds bring
 * them together; a stream is first asked with all slots taken, where a step of experts is far from what few requests pay.
 */
const ROUNDS = { loop: 2, stream: 16 };
/** Change of the sequences running, as a share, that asks for no further round. */
const SETTLED = 0.01;

function settle(
  costs: LaneCosts,
  { running, rounds }: { readonly running: number; readonly rounds: number },
  solve: (lane: Lane) => Steady | null,
): Settled | null {
  const { output, variation } = costs.shape;
  let point = { running: Math.max(1, running), joined: 1 };
  let decode = decodeLine(costs, point.running);
  let lane: Lane = { output, variation, prompt: promptWork(costs, point), decode };
  let steady = solve(lane);
  for (let round = 1; round < rounds && steady !== null; round++) {
    const running = Math.max(1, steady.running);
    const change = Math.abs(running / point.running - 1);
    if (round > 1 && (steady.running <= 0 || change < SETTLED)) break;
    point = { running, joined: steady.rate * steady.tokenTime };
    decode = moved(decode, costs, running);
    lane = { output, variation, prompt: promptWork(costs, point), decode };
    steady = solve(lane);
  }
  return steady === null ? null : { lane, steady, joined: point.joined };
}

/** A loop has a steady state however slow it is. */
function settledLoop(costs: LaneCosts, loop: number): Settled {
  const state = { running: loop, rounds: ROUNDS.loop };
  const settled = settle(costs, state, (lane) => closedLoop(lane, loop));
  assert(settled !== null, "a closed loop settles");
  return settled;
}

function openServing(args: ServingArgs, rate: RequestsPerSecond): Serving | Infeasible {
  const { costs, slots } = args;
  const settled = settle(costs, { running: slots, rounds: ROUNDS.stream }, (lane) =>
    openLoop(lane, rate),
  );
  if (settled === null) return overload(args, rate);
  const held = inFlight(settled.steady);
  // A stream may outrun the decode line once it is drawn where the lane works: no steady state, no time.
  const isHeld = held >= 0 && held < slots && settled.steady.tokenTime > 0;
  if (!isHeld) return overload(args, rate);
  const share = held / slots;
  const queued = power(share, Math.sqrt(2 * (slots + 1))) / (1 - share);
  return answer(args, settled, queued / rate);
}

function overload(args: ServingArgs, rate: RequestsPerSecond): Infeasible {
  const { costs, slots, lanes } = args;
  const most = settledLoop(costs, slots).steady.rate * lanes;
  const message = "requests come faster than one replica serves them with all its slots taken";
  return infeasible("rate", message, { needed: rate * lanes, available: most });
}

function answer(args: ServingArgs, settled: Settled, waiting: Seconds): Serving {
  const { costs, load, lanes } = args;
  const { steady, lane } = settled;
  const { decodeStep: step, tokenTime } = steady;
  const running = Math.max(1, steady.running);
  const point = { running, joined: settled.joined };
  const laneLoad = { arrivals: steady.rate, busy: 1, decodeStep: step, tokenTime };
  const held = inFlight(steady);
  const burst = load.burst === undefined ? 0 : load.burst;
  const wave = waveTime(lane.prompt, laneLoad, held);
  const first = waiting + (1 - burst) * steady.first + burst * Math.max(wave, steady.first);
  const prompt = promptStep(costs, point);
  const isPadded = costs.engine.groupsPadded === true && lane.prompt.added > 0;
  const padded = isPadded ? lane.prompt.stall / lane.prompt.added : 1;
  return {
    rate: steady.rate * lanes,
    first,
    tokenTime,
    gap: steady.rate * lane.prompt.chunks * tokenTime < 0.5 ? step : tokenTime,
    latency: first + (costs.shape.output - 1) * tokenTime,
    batch: held * lanes,
    decoding: Math.min(1, step / tokenTime),
    stepRate: Math.min(1, steady.running) / tokenTime,
    steps: { prompt, decode: decodeStep(costs, running) },
    packing: { chunks: padded * lane.prompt.chunks, prompts: prompt.segments[0]?.sequences ?? 1 },
  };
}
