/**
 * Exchanges between devices: latency of the steps plus traffic over the slowest link of each level.
 *
 * Symbols: N ranks
 * Source: design/modelling.md section 2
 */
import { assert } from "../../assert.ts";
import type { Collective } from "../../operators/index.ts";
import type { Bytes, Seconds } from "../../units.ts";
import type { Kernel } from "./_kernel.ts";
import type { Target, Tuned } from "./target.ts";

type Pattern = Collective["pattern"];

interface Level {
  readonly overhead: Seconds;
  readonly link: Seconds;
}

const NOTHING: Level = { overhead: 0, link: 0 };

/** Time of one exchange; none between a device and itself. Hosts first reduce among their own devices. */
export function collectiveKernel(work: Collective, law: Tuned, target: Target): Kernel {
  const { pattern, ranks, bytes } = work;
  const inner = Math.min(ranks, target.perHost);
  const outer = ranks / inner;
  const shard = pattern === "all-reduce" ? bytes / inner : bytes;
  const local = inner > 1 ? hostTime(pattern, inner, bytes, law, target) : NOTHING;
  const remote = outer > 1 ? networkTime(pattern, outer, shard, target) : NOTHING;
  const overhead = local.overhead + remote.overhead;
  const link = local.link + remote.link;
  return { time: overhead + link, compute: 0, memory: 0, link, overhead };
}

/** Share of the payload that crosses each device's link. */
function crossing(pattern: Pattern, ranks: number): number {
  switch (pattern) {
    case "all-reduce":
      return (2 * (ranks - 1)) / ranks;
    case "all-gather":
    case "reduce-scatter":
    case "all-to-all":
      return (ranks - 1) / ranks;
    case "send":
      return 1;
  }
}

function hostTime(
  pattern: Pattern,
  ranks: number,
  bytes: Bytes,
  law: Tuned,
  target: Target,
): Level {
  const { scaleUp, graphs } = target;
  assert(scaleUp !== null, `"${target.device.name}" has no link to ${ranks - 1} others`);
  const { eager, step, crowding } = law.shape;
  const overhead = law.overhead * (ranks / 2) ** step + (graphs ? 0 : eager);
  const rate = scaleUp.bandwidth * law.memory * (ranks / 2) ** -crowding;
  return { overhead, link: (crossing(pattern, ranks) * bytes) / rate };
}

/** Latency of one exchange over a scale-out network, host software included. Source: assumption, NCCL over RDMA takes 15-30 µs */
const NETWORK_LATENCY = 20e-6;
/** Share of a network's line rate that large exchanges reach. Source: design/modelling.md section 1, Calculon: inter-node 0.90 */
const NETWORK_REACH = 0.9;

function networkTime(pattern: Pattern, hosts: number, bytes: Bytes, target: Target): Level {
  return {
    overhead: NETWORK_LATENCY * Math.ceil(Math.log2(hosts)),
    link: (crossing(pattern, hosts) * bytes) / (target.network * NETWORK_REACH),
  };
}
