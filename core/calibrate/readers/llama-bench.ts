/**
 * The output of `llama-bench -o json` or `-o jsonl`: tests of one sequence, each of a prompt
 * (`n_prompt` tokens at once) or of an answer (`n_gen` tokens one by one) after `n_depth` others.
 *
 * Source: ggml-org/llama.cpp, tools/llama-bench/README.md (JSON)
 */
import * as z from "zod";
import { type BenchmarkRun, known } from "./benchmark-run.ts";

const bench = z
  .object({
    n_prompt: z.int().nonnegative(),
    n_gen: z.int().nonnegative(),
    n_depth: z.int().nonnegative().optional(),
    avg_ts: z.number().positive().describe("tokens a second"),
  })
  .transform(({ n_prompt: prompt, n_gen: generated, n_depth: depth, avg_ts: rate }) => {
    const before = depth ?? 0;
    const alone = { concurrency: 1, input: Math.max(1, prompt + before) };
    if (generated === 0) return [known({ ...alone, output: 1, ttft: prompt / rate })];
    if (prompt === 0) return [known({ ...alone, output: generated, tpot: 1 / rate })];
    return [known({ ...alone, output: generated })];
  });

/** One of them. */
export const llamaBench: z.ZodType<readonly BenchmarkRun[]> = bench;
