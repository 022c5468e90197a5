/** What a published figure measures, and its value in SI units. */

/** Kinds of figures; each has one SI unit. */
export type Quantity =
  /** s, to the first token */
  | "ttft"
  /** s, between tokens after the first */
  | "tpot"
  /** s, one request or one batch end to end */
  | "latency"
  /** s, one kernel */
  | "kernel-time"
  /** token/s, generated */
  | "output-rate"
  /** token/s, read and generated (or trained) */
  | "total-rate"
  /** sample/s, request/s, image/s */
  | "sample-rate"
  /** FLOP/s */
  | "flops-rate"
  /** 1, of peak */
  | "utilisation"
  /** B/s */
  | "bandwidth"
  /** B/s on the busiest link of a collective */
  | "bus-bandwidth"
  | "power"
  /** J a generated token */
  | "energy-token"
  /** J a request, sample or stream */
  | "energy-sample"
  /** sample/J */
  | "samples-joule"
  /** s */
  | "time-to-train"
  | "step-time"
  /** B */
  | "memory"
  /** USD, of one million of what the metric names */
  | "cost"
  /** sample, learnt from until the quality of a benchmark is reached */
  | "samples"
  /** Of no quantity tenlane predicts: speed-ups over a named machine. */
  | "other";

/** Where in its distribution the figure lies. */
export type Statistic = "typical" | "p90" | "p95" | "p99";

export interface Metric {
  readonly quantity: Quantity;
  readonly statistic: Statistic;
}

const QUANTITIES: readonly (readonly [RegExp, Quantity])[] = [
  [/^cost_per_1m/, "cost"],
  [/^samples_to_converge/, "samples"],
  [/^cost|relative|accuracy/, "other"],
  [/ttft/, "ttft"],
  [/tpot|itl|latency_per_token|decoder_latency/, "tpot"],
  [/^time_to_train/, "time-to-train"],
  [/^step_time/, "step-time"],
  [/^kernel_time/, "kernel-time"],
  [/energy_j_per_output_token/, "energy-token"],
  [/^energy/, "energy-sample"],
  [/per_joule/, "samples-joule"],
  [/power/, "power"],
  [/^bus_bandwidth/, "bus-bandwidth"],
  [/bandwidth/, "bandwidth"],
  [/mfu|utilisation/, "utilisation"],
  [/tflops|tops/, "flops-rate"],
  [/rss|memory/, "memory"],
  [/^(total_token|prompt_eval|tokens_per_s_incl_eval)/, "total-rate"],
  [/output_token|generated_token|decode_throughput/, "output-rate"],
  [/qps/, "sample-rate"],
  [/latency|elapsed|e2e_generation_time|batch_time/, "latency"],
  [/images_per_s|samples_per_s|requests_per_s|throughput|streams/, "sample-rate"],
];

/** What `metric` measures; `tokens_per_s_per_gpu` and kernels' `latency_ms` depend on the phase. */
export function metricOf(metric: string, phase: string, unit = ""): Metric {
  const name = metric.toLowerCase();
  return { quantity: quantityOf(name, phase, unit), statistic: statisticOf(name) };
}

function quantityOf(name: string, phase: string, unit: string): Quantity {
  if (phase === "op_kernel" && /latency/.test(name)) return "kernel-time";
  const tokens = unit.startsWith("tok");
  if (
    /^(tokens_per_s|train_throughput|training_throughput)/.test(name) ||
    (tokens && name.startsWith("throughput"))
  ) {
    if (!tokens) return "sample-rate";
    return phase === "training_step" || phase === "prefill" ? "total-rate" : "output-rate";
  }
  return QUANTITIES.find(([pattern]) => pattern.test(name))?.[1] ?? "other";
}

function statisticOf(name: string): Statistic {
  const percentile = /_(p9[059])/.exec(name)?.[1];
  return percentile === "p90" || percentile === "p95" || percentile === "p99"
    ? percentile
    : "typical";
}

/** Whether the typical value is a median, which only a distribution has apart from a mean. */
export function isMedian(metric: string): boolean {
  return metric.includes("_p50");
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^ms$/, 1e-3],
  [/^(us|µs)$/, 1e-6],
  [/^min$/, 60],
  [/^h$/, 3600],
  [/^millijoules/, 1e-3],
  [/^(TFLOP\/s|TOPS)/, 1e12],
  [/^GFLOP\/s/, 1e9],
  [/^TB\/s/, 1e12],
  [/^(GB\/s|GB)$/, 1e9],
  [/^MB$/, 1e6],
  [/^kW$/, 1e3],
  [/^%$/, 1e-2],
  [/^(s|W|J|J\/\w+|x|USD|streams|samples)$/, 1],
  [/^(images|samples|tokens|tok|inferences|sequences|sentences|queries|req|requests)\/(s|J)$/, 1],
  [/^(fps|fps \(inferences\/s\)|qps)$/, 1],
];

/** SI units in one `unit`; null for a unit that nobody has read yet. */
export function unitFactor(unit: string): number | null {
  return UNITS.find(([pattern]) => pattern.test(unit.trim()))?.[1] ?? null;
}
