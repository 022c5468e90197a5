/**
 * A network as the operators one device computes for a batch of samples.
 *
 * Fusion: engines (TensorRT, cuDNN graphs, XLA, OpenVINO, the compilers of NPUs) make a pointwise node
 * the epilogue of the operator that wrote the tensor: batch norm folds into its weights, activation
 * and residual sum cost no pass of their own, only the reads of their other operands. `fused: false`
 * is eager execution, where each node reads and writes memory.
 *
 * Source: NVIDIA TensorRT documentation, "Types of Fusions"; OpenVINO documentation, "Graph Fusing"
 */
import type { Network, NetworkNode } from "../model/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import { mergeOperators } from "./_merge.ts";
import { nodeOperators, outputValues, type NodeScope } from "./_network-node.ts";
import type { Operator } from "./operator.ts";

/**
 * Equal operators are one with a count; the rest stand in the order data flows. Formats asked for
 * replace those of the network and of its nodes.
 */
export function expandNetwork(
  network: Network,
  batch: number,
  numerics: Numerics = network.numerics,
  options: { readonly fused?: boolean } = {},
): readonly Operator[] {
  const known = EXPANDED.get(network) ?? new Map<string, readonly Operator[]>();
  EXPANDED.set(network, known);
  const key = JSON.stringify([
    batch,
    options.fused !== false,
    numerics === network.numerics,
    numerics,
  ]);
  const operators = known.get(key) ?? expanded(network, batch, numerics, options);
  if (known.size < EXPANSIONS_MAX) known.set(key, operators);
  return operators;
}

/** A search asks for the same batches on every device: of each network the first few are remembered. */
const EXPANDED = new WeakMap<Network, Map<string, readonly Operator[]>>();
const EXPANSIONS_MAX = 32;

function expanded(
  network: Network,
  batch: number,
  numerics: Numerics,
  options: { readonly fused?: boolean },
): readonly Operator[] {
  const isOwn = numerics === network.numerics;
  const parts: (readonly Operator[])[] = [];
  let running: NetworkNode | undefined;
  for (const node of network.nodes) {
    const scope = { batch, numerics: (isOwn ? node.numerics : undefined) ?? numerics };
    const last = parts.at(-1);
    const host = running;
    if (options.fused !== false && last !== undefined && host !== undefined && fits(node, host)) {
      parts[parts.length - 1] = withEpilogue(last, node, scope);
      continue;
    }
    parts.push(nodeOperators(node, scope));
    running = carriesEpilogue(node) ? node : undefined;
  }
  return mergeOperators(parts);
}

/** Kernels whose results are still in registers when they could be changed once more. */
function carriesEpilogue(node: NetworkNode): boolean {
  const { work } = node;
  switch (work.kind) {
    case "convolution":
    case "matmul":
      return true;
    case "elementwise":
      return work.pointwise === true;
    case "attention":
    case "recurrent":
    case "gather":
    case "host":
      return false;
  }
}

function fits(node: NetworkNode, host: NetworkNode): boolean {
  const { work, count } = node;
  if (work.kind !== "elementwise" || work.pointwise !== true) return false;
  return count === host.count && work.written === outputValues(host.work);
}

/** The last operator with the arithmetic of `node` and the reads of its other operands. */
function withEpilogue(
  operators: readonly Operator[],
  node: NetworkNode,
  scope: NodeScope,
): readonly Operator[] {
  const { work } = node;
  const operator = operators.at(-1);
  if (operator === undefined || work.kind !== "elementwise") return operators;
  const others = scope.batch * (work.read - work.written);
  const fused = {
    ...operator,
    flops: operator.flops + scope.batch * work.flops,
    read: operator.read + storedBytes(others, scope.numerics.activations),
  };
  return [...operators.slice(0, -1), fused];
}
