/**
 * Which lane a request goes to.
 *
 * Prefix-aware follows the lane that holds most of the prompt, unless lanes are out of balance or it
 * holds too little; then the least loaded one is chosen.
 *
 * Source: sgl-project/sglang sgl-router/README.md, cache-aware policy: cache_threshold 0.5,
 * balance_abs_threshold 32, balance_rel_threshold 1.0001
 */
import { type Lane, running } from "./lane.ts";
import type { Arrival, Router } from "./types.ts";

const HELD_SHARE_MIN = 0.5;
const IMBALANCE = { requests: 32, ratio: 1.0001 };

/**
 * Index of the lane that `arrival` goes to; a router that takes turns remembers whose it is. Turns are
 * those of replicas: the `lanesEach` lanes of one share out what it is given by their load.
 */
export function route(
  router: Router,
  lanesEach: number,
): (lanes: readonly Lane[], arrival: Arrival) => number {
  switch (router) {
    case "least-loaded":
      return (lanes) => leastLoaded(lanes);
    case "prefix-aware":
      return prefixAware;
    case "round-robin": {
      let turn = 0;
      return (lanes) => {
        const first = (turn++ % Math.ceil(lanes.length / lanesEach)) * lanesEach;
        return lanesEach === 1 ? first : first + leastLoaded(lanes.slice(first, first + lanesEach));
      };
    }
  }
}

function load(lane: Lane): number {
  return running(lane) + lane.waiting.length;
}

function leastLoaded(lanes: readonly Lane[]): number {
  let best = 0;
  let least = Infinity;
  lanes.forEach((lane, index) => {
    if (load(lane) >= least) return;
    best = index;
    least = load(lane);
  });
  return best;
}

function prefixAware(lanes: readonly Lane[], { pieces, input }: Arrival): number {
  if (pieces === undefined || isOutOfBalance(lanes)) return leastLoaded(lanes);
  let best = 0;
  let most = -1;
  lanes.forEach(({ prefixes }, index) => {
    const held = prefixes.held(pieces);
    if (held <= most) return;
    best = index;
    most = held;
  });
  return most >= HELD_SHARE_MIN * input ? best : leastLoaded(lanes);
}

function isOutOfBalance(lanes: readonly Lane[]): boolean {
  const loads = lanes.map(load);
  const [most, least] = [Math.max(...loads), Math.min(...loads)];
  return most - least > IMBALANCE.requests && most > IMBALANCE.ratio * least;
}
