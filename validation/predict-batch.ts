/**
 * Answers for models that read a batch once: networks, and transformers that only encode.
 *
 * Rates count whole batches one after another on every device; a row that names no batch is of a
 * benchmark that chooses the batch itself, and gets one that fills the device.
 */
import { lognormal, reciprocal, type Interval } from "../core/interval.ts";
import { operatorTime, substitutions, type Target } from "../core/estimate/index.ts";
import {
  expand,
  expandNetwork,
  SINGLE_DEVICE,
  type Model,
  type Numerics,
  type Operator,
} from "../core/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { metricOf } from "./metric.ts";
import { numericsOf } from "./precision.ts";
import { collection, type Row } from "./row.ts";
import type { World } from "./world.ts";

/** Samples of a batch that a benchmark chose for throughput. */
const BATCH_CHOSEN = 64;

export function predictBatch(row: Row, world: World): Answer {
  const device = world.device(row.hardware);
  if (device === null) return unanswered("device not in the catalogue");
  const named = world.model(row.model);
  if (named === null) return unanswered("model not in the catalogue");
  const numerics = numericsOf(row, named.model, named.named);
  if (numerics === null) return unanswered(`precision "${row.precision_weights}" not known`);
  const batch = batchOf(row);
  const operators = operatorsOf(named.model, batch, numerics, row);
  if (typeof operators === "string") return unanswered(operators);
  const target = world.target(world.system(device), !isEager(row));
  if (target === null) return unanswered("device lacks bandwidth or peak rate");
  const stand = substitutions(operators, target);
  if ("kind" in stand) return unanswered(`infeasible: ${stand.reason}`);
  return asked(row, batch, batchTime(operators, target));
}

/** Samples that one device takes at once. */
function batchOf(row: Row): number {
  const stated = pressureOf(row)?.requests;
  if (stated !== undefined) return stated;
  return row.phase === "single_batch_latency" ? 1 : BATCH_CHOSEN;
}

/** Frameworks launch each kernel from the host; compilers of whole graphs do not. */
function isEager(row: Row): boolean {
  return (
    /pytorch|tensorflow|mxnet|hugging/i.test(row.engine) && !/compile/.test(row.engine_version)
  );
}

function operatorsOf(
  model: Model,
  batch: number,
  numerics: Numerics,
  row: Row,
): readonly Operator[] | string {
  if (model.kind === "network") return expandNetwork(model, batch, numerics);
  const stack = model.stacks.at(-1);
  if (stack === undefined || stack.role === "decoder") return "decoder asked for a batch";
  const query =
    stack.embedding.kind === "tokens" ? sequenceTokens(row) : patchTokens(stack.embedding);
  if (query === undefined) return "condition missing: input length";
  const segments = [{ sequences: batch, query, prefix: 0 }];
  return expand({ model, step: { segments }, parallel: SINGLE_DEVICE, numerics });
}

/**
 * Mean tokens of a question with its paragraph in SQuAD v1.1, of 384 at most: submissions remove padding.
 *
 * Source: assumption; SQuAD v1.1 paragraphs average 120 words and questions 10
 */
const SQUAD_TOKENS = 178;

function sequenceTokens(row: Row): number | undefined {
  const isSubmission = /^(mlpi|mlperf)/.test(collection(row));
  return isSubmission ? SQUAD_TOKENS : row.input_tokens;
}

function patchTokens(embedding: { readonly kind: string }): number | undefined {
  return "tokens" in embedding && typeof embedding.tokens === "number"
    ? embedding.tokens
    : undefined;
}

/** Schedulers, copies and clocks outside the operators, as a deviation of the logarithm. Source: assumption */
const SYSTEM_SPREAD = 0.35;

function batchTime(operators: readonly Operator[], target: Target): Interval {
  const times = operators.map((operator) => operatorTime(operator, target));
  const whole = times.reduce((sum, { operator, time }) => sum + operator.count * time, 0);
  const spread = times.reduce(
    (sum, each) => sum + each.operator.count * each.time * each.spread,
    0,
  );
  const basis = times[0]?.basis ?? "analytic";
  return lognormal(whole, Math.hypot(spread / whole, SYSTEM_SPREAD), basis);
}

function asked(row: Row, batch: number, time: Interval): Answer {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const devices = /^(gpu|accelerator)/.test(row.per) ? 1 : (row.accelerators ?? 1);
  switch (quantity) {
    case "latency":
    case "ttft":
      return { interval: time };
    case "sample-rate":
      return { interval: reciprocal(time, batch * devices) };
    default:
      return unanswered(`metric not predicted: ${quantity}`);
  }
}
