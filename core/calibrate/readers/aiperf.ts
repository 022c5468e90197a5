/**
 * The profile that AIPerf and its forerunner GenAI-Perf export as JSON: one object a metric, each with its unit.
 *
 * Source: ai-dynamo/aiperf, docs (profile_export_aiperf.json); triton-inference-server/perf_analyzer,
 * genai-perf/docs (profile_export_genai_perf.json)
 */
import * as z from "zod";
import { type BenchmarkRun, figure, known } from "./benchmark-run.ts";

/** Time units as both tools print them. */
const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, ms: 1e-3, sec: 1, s: 1 };

const metric = z.object({ unit: z.string(), avg: z.number().nonnegative() });

const time = metric.transform(({ unit, avg }, context) => {
  const size = SECONDS[unit];
  if (size !== undefined) return avg * size;
  context.addIssue({ code: "custom", message: `a unit of ${Object.keys(SECONDS).join(", ")}` });
  return z.NEVER;
});

const plain = metric.transform(({ avg }) => avg);

/** Of a run that swept over several, and of later schemas, a load is no number: then nothing says it. */
const load = figure.catch(undefined);

const loads = z.object({ concurrency: load, request_rate: load });

export const aiperfProfile: z.ZodType<readonly BenchmarkRun[]> = z
  .object({
    time_to_first_token: time.optional(),
    inter_token_latency: time.optional(),
    output_token_throughput: plain,
    input_sequence_length: plain.optional(),
    output_sequence_length: plain.optional(),
    input_config: z
      .object({
        loadgen: loads.optional(),
        perf_analyzer: z.object({ stimulus: loads.optional() }).optional(),
        concurrency: load,
        request_rate: load,
      })
      .optional(),
  })
  .transform((profile) => {
    const config = profile.input_config;
    const load = config?.loadgen ?? config?.perf_analyzer?.stimulus ?? config;
    return [
      known({
        concurrency: load?.concurrency,
        rate: load?.request_rate,
        input: profile.input_sequence_length,
        output: profile.output_sequence_length,
        ttft: profile.time_to_first_token,
        tpot: profile.inter_token_latency,
        outputRate: profile.output_token_throughput,
      }),
    ];
  });
