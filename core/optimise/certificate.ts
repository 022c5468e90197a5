/**
 * What another machine needs to check that a model was made faster and stayed sound: what was put in and came out,
 * where, by which question, with everything that was tried.
 */
import * as z from "zod";
import { decode } from "../decode.ts";
import type { Result } from "../result.ts";
import type { Bytes, Flops, Seconds } from "../units.ts";
import type { Alone, Candidate, Deployment, Final, Point } from "./search/index.ts";

/** A file by what is in it. */
export interface FileDigest {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: Bytes;
}

/** Samples by what is in them; made-up ones are made again from the seed. */
export interface SampleDigest {
  readonly source: string;
  readonly isGenerated: boolean;
  readonly seed: number;
  readonly count: number;
  readonly sha256: string;
}

/** The machine that measured. */
export interface Fingerprint {
  readonly processor: string;
  readonly flags: readonly string[];
  readonly cores: number;
  readonly memory: Bytes;
  readonly system: string;
  /** Programs that ran or waited, on average over a minute. */
  readonly load: { readonly before: number; readonly after: number };
}

/** Rates of a run. */
export interface Reached {
  readonly time: Seconds;
  readonly flops: number;
  /** Of weights, each read once a run. */
  readonly bandwidth: number;
}

export interface Certificate {
  readonly kind: "optimisation";
  readonly version: 1;
  readonly made: string;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Fingerprint;
  readonly input: FileDigest;
  readonly output: FileDigest;
  readonly question: {
    readonly objective: string;
    readonly target: string;
    readonly threads: number;
    readonly cores: number;
    readonly budget: Seconds;
    readonly sizes: Readonly<Record<string, number>>;
    readonly outputs: readonly string[] | null;
    readonly latencyMax: Seconds | null;
    readonly metric: string | null;
    /** Of the machine, dollars an hour. */
    readonly price: number | null;
  };
  readonly calibration: SampleDigest;
  readonly heldOut: SampleDigest;
  /** Name of the candidate that was written. */
  readonly chosen: string;
  readonly unrounded?: number;
  readonly candidates: readonly Candidate[];
  readonly finals: readonly Final[];
  readonly alone: readonly Alone[];
  readonly deployments: readonly Deployment[];
  readonly pareto: readonly Point[];
  /** Of one run of the file as shipped: arithmetic, and weights. */
  readonly work: { readonly flops: Flops; readonly bytes: Bytes } | null;
  readonly ceilings: { readonly flops: number; readonly bandwidth: number } | null;
  readonly reached: { readonly before: Reached; readonly after: Reached } | null;
  readonly assumptions: readonly string[];
  readonly spent: Seconds;
}

const share = z.strictObject({
  middle: z.number(),
  lower: z.number(),
  upper: z.number(),
  count: z.int().describe("answers that it rests on"),
});

const measure = z.strictObject({
  name: z.string(),
  value: share,
  limit: z.number().exactOptional(),
  isAtLeast: z.boolean().describe("more is better"),
  isShare: z.boolean(),
});

const tensorError = z.strictObject({
  output: z.string(),
  decibels: z.number().describe("signal over error, all samples together; 200 is equal"),
  decibelsLower: z.number(),
  cosine: z.number(),
  absoluteMax: z.number(),
  relativeMax: z.number(),
  equal: z.number(),
  isFloat: z.boolean(),
  samples: z.int(),
  fault: z.string().exactOptional(),
});

const verdict = z.strictObject({
  isSound: z.boolean(),
  reason: z.string(),
  errors: z.array(tensorError),
  tasks: z.array(
    z.strictObject({
      output: z.string(),
      kind: z.enum([
        "classes",
        "tokens",
        "text",
        "mask",
        "marks",
        "boxes",
        "embedding",
        "regression",
      ]),
      measures: z.array(measure),
    }),
  ),
  metric: z
    .strictObject({ name: z.string(), reference: z.number(), candidate: z.number() })
    .exactOptional(),
});

const timing = z
  .strictObject({
    median: z.number(),
    p95: z.number(),
    p99: z.number(),
    least: z.number(),
    cpu: z.number().describe("processor time of a run, all threads together"),
    runs: z.int(),
    bytesResident: z.number(),
  })
  .describe("seconds");

const ratio = z.strictObject({ lower: z.number(), middle: z.number(), upper: z.number() });

const comparison = z
  .strictObject({
    before: timing,
    after: timing,
    ratio: ratio.describe("before over after, by the wall's clock"),
    cpuRatio: ratio.describe("the same by processor time"),
    control: ratio.describe("the file as shipped against itself"),
    cpuControl: ratio,
    blocks: z.int(),
    pressure: z.number().nullable(),
  })
  .describe("the file as shipped against the candidate, turn by turn");

const count = z.record(z.string(), z.int());

const candidate = z.strictObject({
  name: z.string(),
  level: z.enum(["lossless", "lossy"]),
  skip: z.array(z.string()).describe("rewrites left out"),
  recipe: z.unknown().describe("how its numbers are kept; null is as shipped"),
  end: z.enum(["baseline", "gain", "same", "slower", "refused", "failed", "skipped", "unchanged"]),
  reason: z.string(),
  edits: z.array(
    z.strictObject({
      rewrite: z.string(),
      count: z.int(),
      why: z.string(),
      removed: count,
      added: count,
    }),
  ),
  hash: z.string().exactOptional(),
  bytes: z.int().exactOptional(),
  bound: z.number().exactOptional().describe("most times as fast that it could be"),
  predicted: z.number().exactOptional().describe("times as fast, foreseen from its kernels"),
  verdict: verdict.exactOptional(),
  comparison: comparison.exactOptional(),
});

const file = z.strictObject({
  name: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u, "64 hexadecimal digits"),
  bytes: z.int().nonnegative(),
});

const samples = z.strictObject({
  source: z.string().describe("a folder, or how they were made up"),
  isGenerated: z.boolean(),
  seed: z.int(),
  count: z.int().nonnegative(),
  sha256: z.string(),
});

const machine = z.strictObject({
  processor: z.string(),
  flags: z.array(z.string()),
  cores: z.int(),
  memory: z.number(),
  system: z.string(),
  load: z.strictObject({ before: z.number(), after: z.number() }),
});

const reached = z.strictObject({
  time: z.number(),
  flops: z.number().describe("FLOP/s reached"),
  bandwidth: z.number().describe("bytes/s of weights, each read once a run"),
});

export const certificateSchema: z.ZodType<Certificate> = z.strictObject({
  kind: z.literal("optimisation"),
  version: z.literal(1),
  made: z.string().describe("ISO 8601"),
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  machine,
  input: file,
  output: file,
  question: z.strictObject({
    objective: z.string(),
    target: z.string(),
    threads: z.int(),
    cores: z.int(),
    budget: z.number(),
    sizes: z.record(z.string(), z.int()),
    outputs: z.array(z.string()).nullable(),
    latencyMax: z.number().nullable(),
    metric: z.string().nullable(),
    price: z.number().nullable().describe("dollars an hour"),
  }),
  calibration: samples,
  heldOut: samples,
  chosen: z.string(),
  unrounded: z.number().exactOptional(),
  candidates: z.array(candidate),
  finals: z.array(
    z.strictObject({ name: z.string(), comparison, all: comparison.exactOptional() }),
  ),
  alone: z.array(
    z.strictObject({
      name: z.string(),
      itemsPerSecond: z.number(),
      bytesResident: z.number(),
      energy: z.number().exactOptional().describe("joules an item, of the whole processor"),
    }),
  ),
  deployments: z.array(
    z.strictObject({
      candidate: z.string(),
      instances: z.int(),
      threads: z.int(),
      batch: z.int(),
      itemsPerSecond: z.number(),
      median: z.number(),
      p95: z.number(),
      bytesResident: z.number(),
      isWithin: z.boolean(),
    }),
  ),
  pareto: z.array(
    z.strictObject({
      name: z.string(),
      time: z.number(),
      bytes: z.number(),
      decibels: z.number(),
    }),
  ),
  work: z.strictObject({ flops: z.number(), bytes: z.number() }).nullable(),
  ceilings: z
    .strictObject({ flops: z.number(), bandwidth: z.number() })
    .nullable()
    .describe("of this machine, measured at the same threads"),
  reached: z.strictObject({ before: reached, after: reached }).nullable(),
  assumptions: z.array(z.string()),
  spent: z.number(),
});

/** The certificate of a file. Errors: the first field that is wrong. */
export function decodeCertificate(json: unknown): Result<Certificate> {
  return decode(certificateSchema, json);
}
