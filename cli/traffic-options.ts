/** Options that say when requests come and what makes an answer good. */
import { Option, type Command } from "commander";
import {
  lengthLaw,
  type Arrivals,
  type RequestLimits,
  type Traffic,
  type Turns,
  type Workload,
} from "../core/index.ts";
import { choiceFlag, countFlag, positiveFlag, quantityFlag, shareFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";

const ARRIVALS = ["poisson", "gamma", "weibull", "diurnal"] as const;
/** Below it the gaps of Weibull's law are beyond the numbers of a computer. */
const BURSTINESS_LEAST = 0.01;

export interface LimitOptions {
  readonly ttft?: number;
  readonly tpot?: number;
  readonly latency?: number;
}

export interface TrafficOptions {
  readonly users?: number;
  readonly think: number;
  readonly arrivals: (typeof ARRIVALS)[number];
  readonly burstiness: number;
  readonly swing: number;
  readonly period: number;
  readonly requests?: number;
  readonly warmup?: number;
  readonly seed: number;
  readonly turns: number;
  readonly correlation: number;
  readonly shared: number;
}

export function addLimitOptions(command: Command): Command {
  return command
    .option("--ttft <time>", "longest time to the first token", quantityFlag("--ttft", "time"))
    .option("--tpot <time>", "longest time per output token", quantityFlag("--tpot", "time"))
    .option("--latency <time>", "longest request, end to end", quantityFlag("--latency", "time"));
}

export function limitsFrom({ ttft, tpot, latency }: LimitOptions): RequestLimits {
  return {
    ...(ttft === undefined ? {} : { ttft }),
    ...(tpot === undefined ? {} : { tpot }),
    ...(latency === undefined ? {} : { latency }),
  };
}

/** `--rate`, more than zero. */
export function rateOption(about = "requests a second: 8/s, 120/min"): Option {
  return new Option("--rate <rate>", about).argParser(positiveFlag("--rate", "rate"));
}

/** Users in a closed loop, or a stream. */
export function addTrafficOptions(command: Command): Command {
  return addStreamOptions(
    command.option("--users <n>", "users who each wait for an answer", countFlag("--users")),
  );
}

export function addStreamOptions(command: Command): Command {
  const arrivals = choiceFlag("--arrivals", ARRIVALS);
  const burstiness = positiveFlag("--burstiness", "count", BURSTINESS_LEAST);
  return command
    .option("--think <time>", "between an answer and the next", quantityFlag("--think", "time"), 0)
    .option("--arrivals <law>", ARRIVALS.join(", "), arrivals, "poisson")
    .option("--burstiness <shape>", "of gamma and weibull: below 1 is bursty", burstiness, 1)
    .option("--swing <share>", "of diurnal: by how much of the rate", shareFlag("--swing"), 0.5)
    .option("--period <time>", "of diurnal", positiveFlag("--period", "time"), 86_400)
    .option("--correlation <r>", "of input and output lengths, from -1 to 1", correlationFlag, 0)
    .option("--turns <n>", "requests of one conversation", countFlag("--turns"), 1)
    .option("--shared <tokens>", "system prompt of all of them", countFlag("--shared", 0), 0)
    .option(
      "--requests <n>",
      "requests in all (default: 10000, or the log)",
      countFlag("--requests"),
    )
    .option("--warmup <n>", "requests left out (default: 2 %)", countFlag("--warmup", 0))
    .option("--seed <n>", "of all draws", countFlag("--seed", 0), 1);
}

const REQUESTS_USUAL = 10_000;
const WARMUP_SHARE = 0.02;

/** Requests that the metrics leave out. Errors: none would be left. */
function warmupFrom({ warmup }: TrafficOptions, requests: number): number {
  const left = warmup ?? Math.floor(WARMUP_SHARE * requests);
  if (left < requests) return left;
  throw inputError("--warmup", `fewer than the ${requests} requests`, left);
}

export function trafficFrom(
  options: TrafficOptions & { readonly rate?: number },
  { input, output, cached }: Workload,
): Traffic {
  const turns = turnsFrom(options);
  const requests = options.requests ?? REQUESTS_USUAL;
  return {
    arrivals: arrivalsFrom(options),
    input: lengthLaw(input),
    output: lengthLaw(output),
    ...(options.correlation === 0 ? {} : { correlation: options.correlation }),
    cached,
    requests,
    warmup: warmupFrom(options, requests),
    ...(turns === null ? {} : { turns }),
  };
}

/** Gamma's variation is one over the root of its shape; burstiness is that shape, as in vLLM's benchmark. */
function arrivalsFrom(options: TrafficOptions & { readonly rate?: number }): Arrivals {
  const { rate, users, think, arrivals, burstiness, swing, period } = options;
  if (users !== undefined) return { kind: "closed", users, think };
  if (rate === undefined) throw inputError("--rate, --users", "one of them", "neither");
  switch (arrivals) {
    case "poisson":
      return { kind: "poisson", rate };
    case "gamma":
      return { kind: "gamma", rate, variation: 1 / Math.sqrt(burstiness) };
    case "weibull":
      return { kind: "weibull", rate, shape: burstiness };
    case "diurnal":
      return { kind: "diurnal", rate, swing, period };
  }
}

function turnsFrom({ turns: count, think, shared }: TrafficOptions): Turns | null {
  return count === 1 && shared === 0 ? null : { count, think, shared };
}

function correlationFlag(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= -1 && value <= 1) return value;
  throw inputError("--correlation", "a number from -1 to 1", text);
}
