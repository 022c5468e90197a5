/**
 * Exchanges between devices: direct reads for small payloads, the library's rings for large ones, the network between hosts on top.
 *
 * Symbols: N ranks
 * Source: NCCL tests, PERFORMANCE.md (traffic of each pattern); vLLM custom all-reduce (one and two phases)
 */
import { assert } from "../../assert.ts";
import type { Collective } from "../../operators/index.ts";
import { power } from "../../power.ts";
import type { Bytes, Seconds } from "../../units.ts";
import type { Kernel } from "./_kernel.ts";
import { streamTime } from "./_memory.ts";
import { hasLanes } from "./_vector.ts";
import type { CollectiveShape, Tuned } from "./coefficients.ts";
import { contention } from "./_fabric.ts";
import { peerShare } from "./hosts.ts";
import type { Target } from "./target.ts";
import { torusSides, torusTime } from "./_torus.ts";

type Pattern = Collective["pattern"];

interface Level {
  readonly overhead: Seconds;
  readonly link: Seconds;
}

const NOTHING: Level = { overhead: 0, link: 0 };

/** Time of one exchange; none between a device and itself. Hosts first reduce among their own devices, Neuron's cores are each a rank. */
export function collectiveKernel(
  work: Collective,
  law: Tuned<CollectiveShape>,
  target: Target,
): Kernel {
  const { pattern, ranks } = work;
  const bytes = Math.max(work.bytes, 1);
  if (pattern === "send") return sendKernel(work, law, target);
  const inner = Math.min(ranks, target.perHost);
  const outer = ranks / inner;
  const shard = pattern === "all-reduce" ? bytes / inner : bytes;
  const { device } = target;
  const each = hasLanes(device) ? (device.units ?? 1) : 1;
  const near = { ...target, scaleUp: joining(inner, target) };
  const local = inner > 1 ? hostTime(pattern, inner * each, bytes, law, near) : NOTHING;
  const remote = outer > 1 ? networkTime(pattern, outer, shard, target) : NOTHING;
  const overhead = local.overhead + remote.overhead;
  const link = local.link + remote.link;
  return { time: overhead + link, compute: 0, memory: 0, link, overhead };
}

/** From one pipeline stage to the next, of which both have `ranks` devices: over links where a host holds both, else over the network. */
function sendKernel(
  { ranks, bytes, pattern }: Collective,
  law: Tuned<CollectiveShape>,
  target: Target,
): Kernel {
  const isNear = ranks <= target.perHost;
  const { overhead, link } = isNear
    ? hostTime(pattern, 2, Math.max(bytes, 1), law, { ...target, scaleUp: joining(ranks, target) })
    : networkTime(pattern, ranks / target.perHost, bytes, target);
  return { time: overhead + link, compute: 0, memory: 0, link, overhead };
}

/** What joins `ranks` devices of a host: their links, or the host's where these join fewer, as bridges join pairs of cards. */
export function joining(
  ranks: number,
  { device: { link, host }, scaleUp }: Pick<Target, "device" | "scaleUp">,
): Target["scaleUp"] {
  const isJoined = link === undefined || host === undefined || ranks <= link.domain;
  return isJoined ? scaleUp : { bandwidth: host.bandwidth, linked: false };
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

/** Sharpness of the change from direct exchange to rings. */
const CHANGE = 8;
/** How slowly rings come to their full rate. */
const RAMP = 0.7;

/** Ranks that read each other directly without links of their own: the one transfer a pair needs is PCIe's. */
const DIRECT_HOSTED = 2;

/**
 * Exchange within one host. All-reduces of small payloads read all peers at once, or reduce a share each and gather in
 * a second phase; larger ones, the other patterns, and more than two ranks without links run in the library's rings.
 * Source: vllm-project/vllm, custom_all_reduce.py (two cards over PCIe with peer access, more over NVLink only)
 */
function hostTime(
  pattern: Pattern,
  ranks: number,
  bytes: Bytes,
  law: Tuned<CollectiveShape>,
  target: Target,
): Level {
  const { shape } = law;
  const { scaleUp } = target;
  assert(scaleUp !== null, `"${target.device.name}" has no link to ${ranks - 1} others`);
  if (scaleUp.torus !== undefined) {
    const { torus, bandwidth } = scaleUp;
    return torusTime(pattern, bytes, { torus, bandwidth, sides: torusSides(ranks, torus) });
  }
  const alone =
    scaleUp.pair === undefined
      ? scaleUp.bandwidth * law.memory * power(ranks / 2, shape.crowd)
      : (scaleUp.pair * (ranks - 1)) / shape.ringRate;
  const rate = scaleUp.linked ? alone : alone * peerShare(target.peers, ranks);
  const latency = law.overhead * 1e-6 * power(ranks / 2, shape.step);
  const sent = (crossing(pattern, ranks) * bytes) / rate;
  const direct = latency + Math.min(((ranks - 1) * bytes) / rate, sent + shape.phase);
  const ringed =
    shape.ring * (target.ringed ?? 1) * power(ranks / 2, shape.growth) +
    (sent + (crossing(pattern, ranks) * bytes * power(shape.ramp / bytes, RAMP)) / alone) /
      shape.ringRate;
  const peers = target.ringed === undefined && (scaleUp.linked || ranks <= DIRECT_HOSTED);
  const rings =
    pattern === "all-reduce" && peers ? 1 / (1 + power(bytes / shape.direct, -CHANGE)) : 1;
  const replayed = power(direct, 1 - rings) * power(ringed, rings);
  const time = target.graphs ? replayed : launched(replayed, bytes, law, target);
  return { overhead: Math.min(latency, time), link: Math.max(0, time - latency) };
}

/** Outside a graph the payload is copied to and from a registered buffer, and the host's launch is a floor. */
function launched(
  time: Seconds,
  bytes: Bytes,
  { shape }: Tuned<CollectiveShape>,
  target: Target,
): Seconds {
  const { launch } = target;
  const floor = shape.eager * launch.host * (launch.older ? shape.older : 1);
  const copied = time + streamTime(2 * bytes, 1, target);
  return power(power(copied, 4) + power(floor, 4), 0.25);
}

/** Latency of one exchange over a scale-out network, host software included. Source: assumption, NCCL over RDMA takes 15-30 µs */
const NETWORK_LATENCY = 20e-6;
/** Share of a network's line rate that large exchanges reach. Source: notes/032-modelling.md, 1, Calculon: inter-node 0.90 */
const NETWORK_REACH = 0.9;

function networkTime(pattern: Pattern, hosts: number, bytes: Bytes, target: Target): Level {
  return {
    overhead: NETWORK_LATENCY * (pattern === "send" ? 1 : Math.ceil(Math.log2(hosts))),
    link:
      (crossing(pattern, hosts) * bytes * contention(pattern, hosts, target)) /
      (target.network * NETWORK_REACH),
  };
}
