/**
 * Prompts and decodes on devices of their own: neither delays the other, and the cache moves between.
 *
 * A request waits for a prompt worker (M/D/1 a lane), is computed there, has its cache sent, and decodes in steps that
 * hold decodes alone. Pools are never matched to the last request: neither is run above the shares that keep the other
 * busy. Users whose answers are of one length stay in step and meet the prompt workers as one wave.
 *
 * Source: Zhong et al. 2024, "DistServe" (arXiv 2401.09670), section 3 (M/D/1 of prompts, transfer);
 * ai-dynamo/aiconfigurator, rate matching of 0.90 and 0.92 (notes/032-modelling.md, 4)
 */
import { sequenceBytes, sequenceCache } from "../operators/index.ts";
import type { Fraction, RequestsPerSecond, Seconds, Tokens } from "../units.ts";
import { infeasible } from "./infeasible.ts";
import { decodeLine, decodeStep, type LaneCosts, moved, promptStep, promptWork } from "./lane.ts";
import { type PromptWork, shareInStep, waveTime } from "./first-token.ts";
import { poolDevices, poolLanes } from "./pool-size.ts";
import type { Prepared } from "./prepare.ts";
import type { Serving } from "./serving-types.ts";
import type { RequestShape } from "./request-shape.ts";
import type { DecodeLine } from "./steady-state.ts";
import type { Infeasible, Load } from "./types.ts";

const PREFILL_MATCHED: Fraction = 0.9;
const DECODE_MATCHED: Fraction = 0.92;

export interface PoolArgs {
  readonly decode: Prepared;
  readonly prefill: Prepared;
  readonly load: Load;
  readonly shape: RequestShape;
  /** Requests one decode lane holds at most. */
  readonly slots: number;
}

export function pooledServing(args: PoolArgs): Serving | Infeasible {
  let pools = poolsOf(args);
  const { slots } = args;
  const costs = costsOf(args.decode, args.shape);
  const most = rateMax(pools, decodeLine(costs, slots));
  let settled = settle(args, pools, most);
  for (let round = 1; round < ROUNDS && "rate" in settled; round++) {
    const { running } = stateAt(pools, settled.rate);
    pools = { ...pools, decode: moved(pools.decode, costs, Math.min(slots, running)) };
    settled = settle(args, pools, most);
  }
  return "reason" in settled ? settled : answer(args, pools, settled);
}

/** Decode time depends on how many run and that on decode time: a few rounds bring them together. */
const ROUNDS = 4;

interface Settled {
  readonly rate: RequestsPerSecond;
  readonly waiting: Seconds;
}

function settle({ load }: PoolArgs, pools: Pools, most: RequestsPerSecond): Settled | Infeasible {
  if (load.rate !== undefined) {
    if (load.rate < most) return { rate: load.rate, waiting: 0 };
    const message = "requests come faster than one of the pools serves them";
    return infeasible("rate", message, { needed: load.rate, available: most });
  }
  let low = 0;
  let high = most;
  for (let i = 0; i < BISECTIONS; i++) {
    const rate = (low + high) / 2;
    if (rate * stateAt(pools, rate).total > load.concurrency) high = rate;
    else low = rate;
  }
  const waiting = Math.max(0, load.concurrency / low - stateAt(pools, low).total);
  return { rate: low, waiting };
}

const BISECTIONS = 40;

interface Pools {
  readonly prompt: PromptWork;
  readonly promptLanes: number;
  readonly decode: DecodeLine;
  readonly decodeLanes: number;
  readonly slots: number;
  readonly transfer: Seconds;
  readonly decodes: number;
  readonly variation: Fraction;
  /** In a closed loop, those of one prompt lane; null is an open stream. */
  readonly usersPerLane: number | null;
}

function poolsOf({ decode, prefill, shape, slots, load }: PoolArgs): Pools {
  const promptLanes = poolLanes(prefill.placement);
  const decodeLanes = poolLanes(decode.placement);
  const users = load.rate === undefined ? load.concurrency : Infinity;
  return {
    prompt: promptWork(promptCosts(prefill, shape), ALONE),
    promptLanes,
    variation: shape.variation,
    usersPerLane: load.rate === undefined ? load.concurrency / promptLanes : null,
    decode: decodeLine(costsOf(decode, shape), Math.min(slots, users / decodeLanes)),
    decodeLanes,
    slots,
    transfer: transferTime(decode, prefill, shape.fresh + shape.cached),
    decodes: Math.max(0, shape.output - 1),
  };
}

const ALONE = { running: 1, joined: 1 };

function promptCosts(prefill: Prepared, shape: RequestShape): LaneCosts {
  const costs = costsOf(prefill, shape);
  return {
    ...costs,
    engine: { ...costs.engine, promptsAlone: true, gatherSteps: 0, pollSteps: 1 },
  };
}

function costsOf({ cost, placement }: Prepared, shape: RequestShape): LaneCosts {
  return { cost, engine: placement.engine, shape, groups: placement.parallel.data };
}

/**
 * Time to move a prompt's cache: each decoding device fetches its part, over the scale-up link where
 * both pools stand in one domain, else over the network.
 */
export function transferTime(decode: Prepared, prefill: Prepared, tokens: Tokens): Seconds {
  const { model, system, placement } = decode;
  const { parallel, numerics } = placement;
  const cache = sequenceCache({ model, parallel, numerics });
  const bytes = sequenceBytes(cache, { tokens });
  const devices = poolDevices(placement) + poolDevices(prefill.placement);
  const { link } = system.device;
  const near = link !== undefined && devices <= Math.min(link.domain, system.perHost);
  return bytes / (near ? link.bandwidth : system.network);
}

/** Requests a second that both pools carry; `crowded` is the decode line where all slots are taken. */
function rateMax(pools: Pools, crowded: DecodeLine): RequestsPerSecond {
  const { prompt, promptLanes, decodeLanes, slots, decodes } = pools;
  const prompts = (PREFILL_MATCHED * promptLanes) / prompt.added;
  const full = crowded.base + crowded.slope * slots;
  const answers = (DECODE_MATCHED * decodeLanes * slots) / (Math.max(1, decodes) * full);
  return Math.min(prompts, answers);
}

interface PoolState {
  readonly first: Seconds;
  readonly tokenTime: Seconds;
  readonly running: number;
  readonly total: Seconds;
}

/** A line drawn where few run may be too steep for the highest rates that are tried on it. */
const CROWDING_MAX = 0.98;

function stateAt(pools: Pools, rate: RequestsPerSecond): PoolState {
  const { decode, decodeLanes, decodes, transfer } = pools;
  const perLane = (rate / decodeLanes) * decodes;
  const crowding = Math.min(CROWDING_MAX, perLane * decode.slope);
  const running = (perLane * decode.base) / (1 - crowding);
  const tokenTime = decode.base + decode.slope * Math.max(1, running);
  const first = promptTime(pools, rate, decodes * tokenTime) + transfer;
  return { first, tokenTime, running, total: first + decodes * tokenTime };
}

/** Wait for a prompt worker and its work: users at random moments, and those who come as a wave. */
function promptTime(pools: Pools, rate: RequestsPerSecond, decoding: Seconds): Seconds {
  const { prompt, promptLanes, usersPerLane, variation } = pools;
  const busy = (rate / promptLanes) * prompt.added;
  const scattered = prompt.added * (1 + busy / (2 * (1 - busy)));
  if (usersPerLane === null) return scattered;
  const idle = { arrivals: 0, busy: 0, decodeStep: 0, tokenTime: 0 };
  const users = { count: usersPerLane, drift: variation * decoding };
  const share = shareInStep(prompt, idle, users);
  return (1 - share) * scattered + share * waveTime(prompt, idle, usersPerLane);
}

function answer(args: PoolArgs, pools: Pools, { rate, waiting }: Settled): Serving {
  const { shape } = args;
  const state = stateAt(pools, rate);
  const running = Math.max(1, state.running);
  return {
    rate,
    first: waiting + state.first,
    tokenTime: state.tokenTime,
    gap: state.tokenTime,
    latency: waiting + state.total,
    batch: state.running * pools.decodeLanes,
    decoding: 1,
    stepRate: Math.min(1, state.running) / state.tokenTime,
    steps: {
      prompt: promptStep(promptCosts(args.prefill, shape), ALONE),
      decode: decodeStep(costsOf(args.decode, shape), running),
    },
    packing: { chunks: pools.prompt.chunks, prompts: 1 },
  };
}
