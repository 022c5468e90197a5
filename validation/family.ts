/** Families that errors are reported by: rows that one way of predicting answers. */
import { answerMean } from "./lengths.ts";
import { metricOf } from "./metric.ts";
import type { Row } from "./row.ts";

export const FAMILIES = [
  "serving TPOT",
  "serving TTFT",
  "disaggregated TPOT",
  "disaggregated TTFT",
  "serving throughput",
  "serving latency",
  "offline throughput",
  "single-batch latency",
  "prefill",
  "decode",
  "training step",
  "time to train",
  "CNN/encoder throughput",
  "kernel",
  "power",
  "energy",
  "cost",
  "memory",
  "samples to quality",
  "other",
] as const;

export type Family = (typeof FAMILIES)[number];

/** The family of a row, from its task, phase and metric alone: its model may be unknown. */
export function familyOf(row: Row): Family {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  switch (quantity) {
    case "power":
      return "power";
    case "energy-token":
    case "energy-sample":
    case "samples-joule":
      return "energy";
    case "time-to-train":
      return "time to train";
    case "cost":
    case "memory":
    case "other":
      return quantity;
    case "samples":
      return "samples to quality";
    default:
      return byPhase(row, quantity);
  }
}

function byPhase(row: Row, quantity: string): Family {
  if (row.task === "training" || row.phase === "training_step") return "training step";
  switch (row.phase) {
    case "op_kernel":
      return "kernel";
    case "prefill":
      return "prefill";
    case "decode":
      return "decode";
    case "single_batch_latency":
      return "single-batch latency";
    case "online_serving":
      return serving(row, quantity);
    default:
      return isTokenFigure(row, quantity) ? "offline throughput" : "CNN/encoder throughput";
  }
}

function serving(row: Row, quantity: string): Family {
  const apart = row.notes.startsWith("disaggregated");
  if (quantity === "tpot") return apart ? "disaggregated TPOT" : "serving TPOT";
  if (quantity === "ttft") return apart ? "disaggregated TTFT" : "serving TTFT";
  if (quantity === "latency") return "serving latency";
  return isTokenFigure(row, quantity) ? "serving throughput" : "CNN/encoder throughput";
}

/** Figures about generated text: counted in tokens, or of requests with an output length. */
function isTokenFigure(row: Row, quantity: string): boolean {
  const answer = row.output_tokens ?? answerMean(row) ?? 0;
  return quantity === "output-rate" || quantity === "total-rate" || answer > 1;
}
