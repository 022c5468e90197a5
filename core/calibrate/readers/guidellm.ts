/**
 * The report of GuideLLM: a list of benchmarks, each with distributions over successful requests.
 *
 * Its time per output token counts the first token too, so the time between tokens is read instead.
 *
 * Source: vllm-project/guidellm, src/guidellm/benchmark (GenerativeMetrics)
 */
import * as z from "zod";
import { type BenchmarkRun, known, MILLISECOND, scaled } from "./benchmark-run.ts";

const successful = z
  .object({ successful: z.object({ mean: z.number().nonnegative() }) })
  .transform((each) => each.successful.mean)
  .optional();

const benchmark = z
  .object({
    metrics: z.object({
      request_concurrency: successful,
      prompt_token_count: successful,
      output_token_count: successful,
      time_to_first_token_ms: successful,
      inter_token_latency_ms: successful,
      output_tokens_per_second: successful,
    }),
  })
  .transform(({ metrics }) =>
    known({
      concurrency: metrics.request_concurrency,
      input: metrics.prompt_token_count,
      output: metrics.output_token_count,
      ttft: scaled(metrics.time_to_first_token_ms, MILLISECOND),
      tpot: scaled(metrics.inter_token_latency_ms, MILLISECOND),
      outputRate: metrics.output_tokens_per_second,
    }),
  );

export const guidellmReport: z.ZodType<readonly BenchmarkRun[]> = z
  .object({ benchmarks: z.array(benchmark).min(1).max(1000) })
  .transform(({ benchmarks }) => benchmarks);
