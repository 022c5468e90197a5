/**
 * A network as the operators one device computes for a batch of samples.
 *
 * Fusion: engines (TensorRT, cuDNN graphs, XLA, OpenVINO, the compilers of NPUs) make a pointwise node the epilogue of the operator that
 * wrote the tensor: batch norm folds into its weights, activation and residual sum cost no pass of their own, only the reads of their
 * other operands. Tensors that are joined are written side by side at once. Tables are looked up in one kernel, and the products of the
 * rows found are taken before they leave it. `fused: false` is eager execution, where each node reads and writes memory.
 *
 * Source: NVIDIA TensorRT documentation, "Types of Fusions"; OpenVINO documentation, "Graph Fusing"; FBGEMM_GPU
 * documentation, "Table batched embedding"; mlcommons/inference_results_v1.1 closed/NVIDIA, DLRM interactions plugin
 */
import type { Network, NetworkNode } from "../model/index.ts";
import { once } from "../once.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import { mergeOperators } from "./_merge.ts";
import { nodeOperators, outputValues, type NodeScope } from "./_network-node.ts";
import type { Operator } from "./operator.ts";

export interface Fusing {
  /** Pointwise nodes are epilogues; absent is true. */
  readonly fused?: boolean;
  /** Of them, those that read a second tensor; absent is true. */
  readonly sums?: boolean;
}

/**
 * Equal operators are one with a count; the rest stand in the order data flows. Formats asked for
 * replace those of the network and of its nodes, but of those that keep theirs.
 */
export function expandNetwork(
  network: Network,
  batch: number,
  numerics: Numerics = network.numerics,
  options: Fusing = {},
): readonly Operator[] {
  const known = expansions(network);
  const key = JSON.stringify([
    batch,
    options.fused !== false,
    options.sums !== false,
    numerics === network.numerics,
    numerics,
  ]);
  const operators = known.get(key) ?? expanded(network, batch, numerics, options);
  if (known.size < EXPANSIONS_MAX) known.set(key, operators);
  return operators;
}

/** A search asks for the same batches on every device: of each network the first few are remembered. */
const expansions = once((_: Network) => new Map<string, readonly Operator[]>());
const EXPANSIONS_MAX = 32;

function expanded(
  network: Network,
  batch: number,
  numerics: Numerics,
  options: Fusing,
): readonly Operator[] {
  const isOwn = numerics === network.numerics;
  const parts: (readonly Operator[])[] = [];
  let running: NetworkNode | undefined;
  let before: NetworkNode | undefined;
  for (const node of network.nodes) {
    const isFolded = node.parameters === 0 || before === running;
    before = node;
    const kept = isOwn || node.keepsNumerics === true ? node.numerics : undefined;
    const scope = { batch, numerics: kept ?? numerics };
    const last = parts.at(-1);
    const host = running;
    const isFused = options.fused !== false && isFolded;
    if (isFused && last !== undefined && host !== undefined && fits(node, host, options)) {
      parts[parts.length - 1] = withEpilogue(last, node, scope);
      continue;
    }
    if (options.fused !== false && joins(node)) {
      running = undefined;
      continue;
    }
    const own = nodeOperators(node, scope);
    const lookedUp = options.fused === false ? null : withLookups(last?.at(-1), own[0]);
    if (lookedUp !== null) parts.pop();
    parts.push(lookedUp ?? own);
    running = carriesEpilogue(node) ? node : undefined;
  }
  return mergeOperators(parts);
}

/** Kernels whose results are still in registers when they could be changed once more. */
function carriesEpilogue({ work }: NetworkNode): boolean {
  if (work.kind === "elementwise") return work.pointwise === true;
  return work.kind === "convolution" || work.kind === "matmul";
}

function fits(node: NetworkNode, host: NetworkNode, { sums = true }: Fusing): boolean {
  const { work, count } = node;
  if (work.kind !== "elementwise" || work.pointwise !== true) return false;
  if (!sums && work.read > work.written) return false;
  return count === host.count && work.written === outputValues(host.work);
}

function joins({ work }: NetworkNode): boolean {
  return work.kind === "elementwise" && work.joins === true;
}

/** Lookups with more tables, or with the products of the rows that they found; null where nothing is fused. */
function withLookups(last: Operator | undefined, next: Operator | undefined): Operator[] | null {
  if (last?.work.kind !== "gather" || next === undefined) return null;
  const { work } = next;
  if (work.kind === "gather" && work.rowBytes === last.work.rowBytes) {
    return [
      {
        ...last,
        name: "lookups",
        work: {
          ...work,
          lookups: last.work.lookups + work.lookups,
          tableBytes: last.work.tableBytes + work.tableBytes,
        },
        flops: last.flops + next.flops,
        read: last.read + next.read,
        written: last.written + next.written,
      },
    ];
  }
  if (work.kind !== "matmul" || work.weights !== work.activations) return null;
  return [
    { ...last, written: 0 },
    { ...next, read: 0 },
  ];
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
