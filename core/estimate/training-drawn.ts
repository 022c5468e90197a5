/**
 * What a step waits for where its samples are drawn out of a large table, as neighbourhoods of a graph are.
 *
 * Rows lie in the memory of one host's devices where it has room beside what training holds, else of all devices, else of the
 * host, and come over the link of the one, the network or the host's link. They are fetched beside the step before.
 *
 * Source: mlcommons/training_results_v4.0 and v5.0, NVIDIA/benchmarks/gnn (dgl): WG_SHARDING_LOCATION cpu in config_DGXH100_1x8x2048.sh,
 * cuda over a node in those of H200 and B200, over all nodes from eight on; FP8_EMBEDDING 1 and --train_overlap
 */
import { product } from "../model/index.ts";
import type { Seconds } from "../units.ts";
import type { Target } from "./laws/index.ts";
import { exposed, GATHERED, sentToAll } from "./training-exchange.ts";
import { USABLE } from "./training-memory.ts";
import type { TrainingMemory, TrainingQuery } from "./training-types.ts";
import { hostRate } from "./host-link.ts";

/** Kernels that draw the neighbours of one relation and hop, and the wait for how many there are. Source: chosen by eye on MLPerf's rows of R-GAT, in-sample there */
const DRAW: Seconds = 0.6e-3;

/** The index of a row, in 64 bits. Source: assumption */
const LINK_BYTES = 8;

/** Of one micro-batch, which takes `cover` to compute. */
export function drawnTime(
  query: TrainingQuery,
  held: TrainingMemory,
  cover: Seconds,
  ready: Target,
): Seconds {
  const input =
    query.model.kind === "network" ? query.model.inputs.find(({ drawn }) => drawn) : undefined;
  if (input?.drawn === undefined) return 0;
  const { rows, links, draws } = input.drawn;
  const { weights, gradients, optimiser, activations, capacity } = held;
  const free = USABLE * capacity - weights - gradients - optimiser - activations;
  const all = query.split.data * query.split.context;
  // A byte a feature: FP8_EMBEDDING of NVIDIA's scripts.
  const bytes = query.microBatch * product(input.shape);
  const table = rows * (input.shape[0] ?? 0) + links * LINK_BYTES;
  const among = [Math.min(all, ready.perHost), all].find((devices) => table <= devices * free);
  const fetched =
    among === undefined
      ? bytes / hostRate(ready.device)
      : sentToAll("rows/all-to-all", bytes, among, ready);
  return exposed(fetched, cover, GATHERED) + draws * DRAW;
}
