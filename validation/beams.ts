/**
 * MLPerf's GPT-J searches four answers side by side for each that it gives.
 *
 * By and large they share their prompt's cache and cost what one answer of their joint length does. TensorRT-LLM computes
 * a step of the four, each query by itself, while what they share is read once and found in the cache. Before it, in MLPerf
 * v3.1, TensorRT computed whole batches, all of 128 new tokens, with room for the longest prompt set aside for each beam.
 * What fits so is about what NVIDIA's own settings have: 32 samples on 80 GB in FP8, 7 on L4, 3 on A30 in FP16.
 *
 * Source: mlcommons/inference language/gpt-j (num_beams = 4; 1,919 tokens in, 128 out at most);
 * NVIDIA/TensorRT-LLM cpp/tensorrt_llm/kernels/decoderMaskedMultiheadAttention/decoderXQARunner.h (beam_width);
 * mlcommons/inference_results_v3.1 closed/NVIDIA/configs/gptj (gpu_batch_size, use_fp8)
 */
import {
  drafts,
  memory,
  type Engine,
  type Placement,
  type System,
} from "../core/estimate/index.ts";
import type { Transformer } from "../core/index.ts";
import type { Fraction, Tokens } from "../core/units.ts";
import { ON_VECTORS } from "./engine.ts";
import { collection, type Row } from "./row.ts";

const BEAMS = 4;
/** New tokens of each answer of a whole batch, whether or not it has ended. */
export const WHOLE_OUTPUT: Tokens = 128;
const LONGEST: Tokens = 1919 + WHOLE_OUTPUT;

type Search = "joint" | "step" | "whole" | "none";

export function searchOf(row: Row): Search {
  const { model, engine, date } = row;
  if (!collection(row).startsWith("ml") || !/gpt-?j/i.test(model)) return "none";
  if (!/tensorrt/i.test(engine)) return "joint";
  return date !== "" && date < "2023-10" ? "whole" : "step";
}

/** Answers whose joint length stands for one that is given. */
export function jointAnswers(row: Row): number {
  return searchOf(row) === "joint" ? BEAMS : 1;
}

/** Sequences computed for each sample that the row counts. */
export function sequencesOfSample(row: Row): number {
  return searchOf(row) === "whole" ? BEAMS : 1;
}

/** Share of a beam's prompt that another of its sample has computed. */
export function sharedPrompt(row: Row): Fraction {
  return 1 - 1 / sequencesOfSample(row);
}

/** The placement's engine as it computes the row's beams. */
export function searching(row: Row, { model, system, placement }: Asked): Engine {
  const { engine } = placement;
  switch (searchOf(row)) {
    case "step":
      return {
        ...engine,
        ...ON_VECTORS,
        speculation: drafts("ngram", { drafted: BEAMS - 1, acceptance: 0 }),
      };
    case "whole": {
      const held = memory({ model, system, placement });
      const samples = "kind" in held ? 0 : Math.floor(held.tokensMax / (BEAMS * LONGEST));
      const sequencesMax = BEAMS * Math.max(1, samples);
      return { ...engine, ...ON_VECTORS, scheduler: "static", sequencesMax };
    }
    case "joint":
    case "none":
      return engine;
  }
}

interface Asked {
  readonly model: Transformer;
  readonly system: System;
  readonly placement: Placement;
}
