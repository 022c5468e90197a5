/**
 * A drawn network as a tool that prunes channels leaves it: all its layers, each of so many channels fewer.
 *
 * Which layers lose most is not published; a network of as many operations but other layers was 167 % off at p90 (41
 * rows of AMD's zoo, physics), this is 41 %.
 *
 * Source: Xilinx/Vitis-AI, pruning tool (whole channels; the share of operations taken stands in a model's name)
 */
import { networkMacs, type Network, type NetworkNode, type NodeWork } from "../core/model/index.ts";
import type { Fraction } from "../core/units.ts";

/** "pt_resnet50_0.6_3.5", "cf_refinedet_coco_360_480_0.8_25G" */
const PRUNED = /[_-](0\.\d+)(_|$)/;

export function isPruned(label: string): boolean {
  return PRUNED.test(label);
}

/** Share of its operations that a pruned network lost, as its label says. */
export function prunedShare(label: string): Fraction {
  return Number(PRUNED.exec(label)?.[1] ?? 0);
}

/** `network` with so few channels that it multiplies about `macs` times; it tells as many classes as before. */
export function thinned(network: Network, macs: number): Network {
  const share = Math.min(1, Math.sqrt(macs / networkMacs(network)));
  const last = network.nodes.findLastIndex(
    ({ work }) => work.kind !== "elementwise" || work.exponential !== true,
  );
  let kept = share;
  const nodes = network.nodes.map((node, index): NetworkNode => {
    const work = thinnedWork(node.work, { share, kept, isAnswer: index === last });
    kept = keptShare(node.work, work, share);
    return { ...node, work };
  });
  return { ...network, nodes };
}

/** Share of its channels that a tensor has kept, so that what follows passes over the same values. */
function keptShare(work: NodeWork, own: NodeWork, share: number): number {
  if (work.kind === "convolution" && own.kind === "convolution") {
    return own.channelsOut / work.channelsOut;
  }
  if (work.kind !== "elementwise" || own.kind !== "elementwise") return 1;
  return work.joins === true ? share : own.written / work.written;
}

interface Thinning {
  readonly share: number;
  readonly kept: number;
  /** Whether it tells the classes. */
  readonly isAnswer: boolean;
}

function thinnedWork(work: NodeWork, { share, kept, isAnswer }: Thinning): NodeWork {
  const some = (count: number) => Math.max(1, Math.round(count * share));
  switch (work.kind) {
    case "convolution": {
      const { channelsIn, channelsOut, groups } = work;
      if (groups > 1 && groups === channelsIn) {
        const own = some(groups);
        return { ...work, groups: own, channelsIn: own, channelsOut: (own * channelsOut) / groups };
      }
      const each = (channels: number) => some(channels / groups) * groups;
      const out = isAnswer ? channelsOut : each(channelsOut);
      return { ...work, channelsIn: each(channelsIn), channelsOut: out };
    }
    case "matmul":
      return { ...work, k: some(work.k) };
    case "elementwise": {
      const { read, written, flops } = work;
      return { ...work, read: kept * read, written: kept * written, flops: kept * flops };
    }
    default:
      return work;
  }
}
