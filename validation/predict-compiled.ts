/**
 * Answers for servers whose graphs have one shape: prompts padded to the longest sequence, decode steps over all slots.
 *
 * Each newcomer's prompt runs alone while the others wait, so a token takes a step and its share of their prompts.
 *
 * Source: huggingface/optimum-neuron, docs/source/model_doc/vllm (batch_size and sequence_length are fixed when a model
 * is exported); the notes of its benchmark's rows (max seq 4096)
 */
import { reciprocal, scale, type Interval } from "../core/interval.ts";
import { CYCLES_SCORE, estimateBatch, hostRate, scoreCount } from "../core/estimate/index.ts";
import type { Device, Model } from "../core/index.ts";
import type { Bytes, Seconds } from "../core/units.ts";
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { aged, withKernelsOf } from "./engine.ts";
import { metricOf } from "./metric.ts";
import { predictServing } from "./predict-serving.ts";
import type { Row } from "./row.ts";
import { servingQuery } from "./serving-query.ts";
import type { World } from "./world.ts";

/** Whether a row's server runs such graphs. */
export function isCompiledServer({ engine, notes }: Row): boolean {
  return /optimum-neuron/.test(engine) && LONGEST.test(notes);
}

const LONGEST = /max seq (\d+)/;

/**
 * Sequences that the decode graph was compiled for, where one request was sent at a time: those of the same file's runs of many users.
 */
const SLOTS: readonly (readonly [RegExp, number])[] = [
  [/Llama-3\.1-8B/, 32],
  [/Llama-4-Scout/, 8],
];

export function predictCompiled(row: Row, world: World): Answer {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const pressure = pressureOf(row);
  const slots = pressure?.cap ?? SLOTS.find(([words]) => words.test(row.model))?.[1] ?? 1;
  const users = Math.min(slots, pressure?.requests ?? 1);
  const isQueued = users > 1 || pressure?.rate !== undefined;
  if (isQueued && (quantity === "ttft" || quantity === "latency"))
    return predictServing(row, world);
  const asked = servingQuery(row, world, "whole");
  if (typeof asked === "string") return unanswered(asked);
  const { model, system, load } = asked.query;
  const base = withKernelsOf(row, asked.query.placement.engine, world.engines);
  const engine = { ...aged(row, base, system.device), sequencesMax: slots };
  const query = { model, system, placement: { ...asked.query.placement, engine, replicas: 1 } };
  const longest = Number(LONGEST.exec(row.notes)?.[1]);
  const output = load.output.mean;
  const prompt = estimateBatch(
    { ...query, batch: 1, input: longest, output: 1 },
    world.coefficients,
  );
  const shape = { batch: 1, slots, input: longest - output, output };
  const answer = estimateBatch({ ...query, ...shape }, world.coefficients);
  if (prompt.kind === "infeasible") return unanswered(refusalOf(prompt));
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  const { tokenTime, traits } = answer;
  if (tokenTime === null) return unanswered("metric not predicted");
  const step =
    tokenTime.p50 + (/cpu-sampling/.test(row.notes) ? sampledTime(model, system.device, slots) : 0);
  const gap = step + ((users - 1) * prompt.prefill.p50) / output;
  const latency = scale(tokenTime, (prompt.prefill.p50 + (output - 1) * gap) / tokenTime.p50);
  const seen: Partial<Record<typeof quantity, Interval>> = {
    ttft: prompt.prefill,
    tpot: scale(tokenTime, gap / tokenTime.p50),
    latency,
    "output-rate": reciprocal(latency, users * output),
    "sample-rate": reciprocal(latency, users),
  };
  const interval = seen[quantity];
  if (interval === undefined) return unanswered(`metric not predicted: ${quantity}`);
  if (quantity === "ttft") return { interval, spread: "prompt", traits: prompt.traits };
  return { interval, spread: "batch", traits };
}

/** An FP32 score. */
const SCORE: Bytes = 4;
/** Cycles a second of the thread that reads them, one process's. Source: assumption */
const HOST_CLOCK = 3e9;

/** Seconds in which a host copies and reads the scores of all slots, used or not. */
function sampledTime(model: Model, device: Device, slots: number): Seconds {
  const scores = slots * scoreCount(model, { batch: slots, input: 1, output: 1, scores: true });
  return scores * (SCORE / hostRate(device) + CYCLES_SCORE / HOST_CLOCK);
}
