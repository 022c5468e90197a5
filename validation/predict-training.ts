/** Answers for training: rates, model FLOPs and times of a step. */
import { lognormal, reciprocal, scale, type Interval } from "../core/interval.ts";
import { widened, type TrainingEstimate } from "../core/estimate/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { metricOf } from "./metric.ts";
import { shareOf } from "./parallel.ts";
import { collection, type Row } from "./row.ts";
import { evaluatedShare, samplesToQuality } from "./samples-to-quality.ts";
import { trainedLabel } from "./trained-label.ts";
import { trained } from "./training-query.ts";
import type { World } from "./world.ts";

export function predictTraining(row: Row, world: World): Answer {
  const answer = trained(row, world);
  if (typeof answer === "string") return unanswered(answer);
  const interval = asSeen(answer, row, world);
  if (interval === null) return unanswered("metric not predicted");
  return {
    interval,
    spread: isNetwork(row, world) ? "training-network" : "training",
    traits: answer.traits,
  };
}

/**
 * Time to a benchmark's quality: samples that its references took at this batch over samples a second, and forward
 * passes of those it evaluates. Wider than a step's: how many samples a run takes is a matter of its seed and hand.
 */
export function predictTimeToTrain(row: Row, world: World): Answer {
  const samples = samplesOf(row);
  if (typeof samples === "string") return unanswered(samples);
  const answer = trained(row, world);
  if (typeof answer === "string") return unanswered(answer);
  const spread = isNetwork(row, world) ? "quality-network" : "quality";
  const { parts, step, traits } = answer;
  const evaluating = evaluatedShare(trainedLabel(row)) * (parts.forward / step.p50);
  const seconds = (samples * (1 + evaluating)) / answer.samplesPerSecond.p50;
  const { widths } = world.coefficients;
  const device = world.device(row.hardware)?.id ?? row.hardware;
  const asked = { name: spread, widths, traits, device } as const;
  return { interval: widened(seconds, step, asked), spread, traits };
}

/** Samples to the benchmark's quality: its references' median, and 0.77 to 1.29 times that. */
export function predictSamples(row: Row): Answer {
  const samples = samplesOf(row);
  return typeof samples === "string"
    ? unanswered(samples)
    : { interval: lognormal(samples, SAMPLES_SPREAD, "measured") };
}

/** Of the logarithm. Source: assumption; seeds and hands of MLPerf's rounds */
const SAMPLES_SPREAD = 0.2;

function samplesOf(row: Row): number | string {
  const batch = Number(/\d+/.exec(row.batch_or_concurrency)?.[0]);
  if (!(batch > 0)) return "condition missing: batch";
  return (
    samplesToQuality(trainedLabel(row), batch) ??
    "condition missing: samples to quality, and MLCommons published none"
  );
}

function isNetwork(row: Row, world: World): boolean {
  return world.model(trainedLabel(row))?.model.kind === "network";
}

function asSeen(answer: TrainingEstimate, row: Row, world: World): Interval | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  switch (quantity) {
    case "total-rate":
      return scale(answer.samplesPerSecond, tokensOfSample(row, world, answer) * shareOf(row));
    case "sample-rate":
      return scale(answer.samplesPerSecond, shareOf(row));
    case "step-time":
      return answer.step;
    case "flops-rate":
      return modelRate(answer, row);
    case "utilisation": {
      const peak = world.device(row.hardware)?.peak.bf16;
      return peak === undefined ? null : scale(modelRate(answer, row), 1 / peak);
    }
    default:
      return null;
  }
}

/** Tokens of one sample: of text as trained, of a network what it attends from, or what its inputs hold. */
function tokensOfSample(row: Row, world: World, answer: TrainingEstimate): number {
  const model = world.model(trainedLabel(row))?.model;
  if (model?.kind !== "network") return answer.tokensPerSecond.p50 / answer.samplesPerSecond.p50;
  const heard = model.nodes.find(({ work }) => work.kind === "attention")?.work;
  if (heard?.kind === "attention") return heard.queries;
  return model.inputs.reduce((total, { shape }) => total + (shape.at(-1) ?? 0), 0);
}

/** Model FLOPs a second of one device, as the source counts attention. */
function modelRate(answer: TrainingEstimate, row: Row): Interval {
  const flops = answer.flops + (countsMasked(row) ? answer.attentionFlops : 0);
  return reciprocal(answer.step, flops / answer.devices);
}

/**
 * Sources that count attention as if nothing were masked.
 *
 * Source: tran.csv, FLOPs a token of rows that print both figures: llm-foundry and NeMo 24 count
 * 12·L·h·s, Megatron-Bridge half of it
 */
function countsMasked(row: Row): boolean {
  return (
    /llm-foundry|^NVIDIA NeMo/.test(`${row.source}${row.engine}`) && collection(row) === "tran"
  );
}
