/** How large a network is: its parameters, and the multiply-accumulates of one sample. */
import type { Network, NetworkNode, NodeWork } from "./network.ts";

/** Weights and biases, those of folded norms included, as frameworks count them. */
export function networkParameters(network: Network): number {
  return network.nodes.reduce(
    (total, node) => (node.shared === true ? total : total + node.count * node.parameters),
    network.idle ?? 0,
  );
}

/**
 * Multiply-accumulates of one sample, in convolutions, matrix products and recurrences only: what
 * torchvision prints as GFLOPS and timm as GMACs. FLOPs are twice that, and elementwise work more.
 */
export function networkMacs(network: Network): number {
  return network.nodes.reduce((total, node) => total + nodeMacs(node), 0);
}

/** Of all equal nodes together. */
export function nodeMacs(node: Pick<NetworkNode, "count" | "work">): number {
  return node.count * workMacs(node.work);
}

function workMacs(work: NodeWork): number {
  switch (work.kind) {
    case "convolution": {
      const pixels = product(work.transposed ? work.input : work.output);
      return (pixels * work.channelsIn * work.channelsOut * product(work.kernel)) / work.groups;
    }
    case "matmul":
      return work.batch * work.m * work.n * work.k;
    case "attention": {
      const { queries, keys, heads, headDim, valueDim, windows } = work;
      return windows * heads * queries * keys * (headDim + valueDim);
    }
    case "recurrent": {
      const weights = work.gates * work.hidden * (work.input + work.hidden);
      return work.steps * work.directions * weights;
    }
    case "gather":
    case "elementwise":
    case "host":
      return 0;
  }
}

/** Product of sizes; 1 of none. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}
