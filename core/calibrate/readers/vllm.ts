/**
 * The result of `vllm bench serve --save-result`.
 *
 * Source: vllm-project/vllm, vllm/benchmarks/serve.py (keys of `result`)
 */
import * as z from "zod";
import { type BenchmarkRun, figure, known, MILLISECOND, scaled } from "./benchmark-run.ts";

export const vllmResult: z.ZodType<readonly BenchmarkRun[]> = z
  .object({
    completed: z.int().positive(),
    total_input_tokens: z.int().nonnegative(),
    total_output_tokens: z.int().nonnegative(),
    output_throughput: z.number().positive(),
    /** "inf" is all at once. */
    request_rate: z.union([z.number(), z.string()]).nullish(),
    max_concurrency: figure,
    mean_ttft_ms: figure,
    mean_tpot_ms: figure,
  })
  .transform((result) => {
    const { completed, request_rate: rate } = result;
    return [
      known({
        concurrency: result.max_concurrency,
        rate: typeof rate === "number" && Number.isFinite(rate) && rate > 0 ? rate : undefined,
        input: result.total_input_tokens / completed,
        output: result.total_output_tokens / completed,
        ttft: scaled(result.mean_ttft_ms, MILLISECOND),
        tpot: scaled(result.mean_tpot_ms, MILLISECOND),
        outputRate: result.output_throughput,
      }),
    ];
  });
