/**
 * What fitting leaves behind: a shape shared by all devices, and three numbers a device.
 *
 * A law of one kind of kernel is `t = overhead + (Cᵠ + Mᵠ)^(1/q)`, where C is the arithmetic over
 * `compute` of the peak and M the traffic over `memory` of the bandwidth. How C and M bend with the
 * shape of the work is the same on all devices (tiles, waves, splits); how much of its datasheet a
 * device reaches is its own.
 *
 * Source: coefficients/laws.json, written by scripts/fit-kernels.ts
 */
import type { Basis } from "../../interval.ts";
import type { BytesPerSecond, FlopsPerSecond, Fraction, Seconds, Watts } from "../../units.ts";

/** Kinds of kernel that have a law of their own. */
export const LAW_NAMES = [
  "matmul/bf16",
  "matmul/fp8",
  "matmul/fp8-block",
  "matmul/nvfp4",
  "matmul/int8",
  "matmul/weight-only",
  "experts/bf16",
  "experts/fp8",
  "experts/fp8-block",
  "experts/nvfp4",
  "experts/int8",
  "experts/weight-only",
  "attention/prefill",
  "attention/decode",
  "attention/latent-prefill",
  "attention/latent-decode",
  "scan",
  "elementwise",
  "collective/linked",
  "collective/hosted",
] as const;
export type LawName = (typeof LAW_NAMES)[number];

/** How far one device gets with one kind of kernel. */
export interface Reach {
  /** Time of the kernel on no work, replayed from a device graph. */
  readonly overhead: Seconds;
  /** Share of the peak arithmetic rate at the best shape. */
  readonly compute: Fraction;
  /** Share of the memory (or link) bandwidth at the best shape. */
  readonly memory: Fraction;
}

/** Numbers of a law that all devices share. */
export interface Shape {
  /** Sharpness of the ridge between arithmetic and traffic: 1 is no overlap, ∞ the roofline. */
  readonly ridge: number;
  /** Depth (or rows an expert) at which arithmetic runs at half its rate. */
  readonly halfDepth: number;
  /** Share of the waste of partial tiles and waves that kernels do not avoid. */
  readonly waveShare: number;
  /** Seconds an exchange launched by the host takes beyond one replayed from a graph. */
  readonly eager: Seconds;
  /** Power of the ranks, over two, by which the latency of an exchange grows. */
  readonly step: number;
  /** Power of the ranks, over two, by which the rate of an exchange falls; negative when it rises. */
  readonly crowding: number;
}

/** Standard deviation of log(true / predicted), by time of the kernel. */
export interface Spread {
  /** Below 20 µs. */
  readonly short: number;
  /** From 20 µs to 1 ms. */
  readonly middle: number;
  /** Above 1 ms. */
  readonly long: number;
}

export interface Law {
  readonly shape: Shape;
  /** By device id. */
  readonly devices: Readonly<Record<string, Reach>>;
  /** By basis: on the devices of the fit, on a device left out of it, and on unlike machines. */
  readonly spread: Readonly<Record<Exclude<Basis, "measured">, Spread>>;
}

/** Figures of a fitted device, kept beside the coefficients so that they can be carried to others. */
export interface Anchor {
  readonly kind: string;
  readonly peak: FlopsPerSecond;
  readonly bandwidth: BytesPerSecond;
  readonly units?: number;
}

/** Power of a busy device: `idle + compute · u + memory · v` as shares of its rated power, u and v the shares of peak in use. */
export interface PowerShares {
  readonly idle: Fraction;
  readonly compute: Fraction;
  readonly memory: Fraction;
}

/** The committed coefficients, decoded. */
export interface Laws {
  readonly anchors: Readonly<Record<string, Anchor>>;
  readonly laws: Readonly<Record<LawName, Law>>;
  readonly power: {
    readonly prior: PowerShares;
    readonly devices: Readonly<Record<string, PowerShares & { readonly rated: Watts }>>;
  };
}
