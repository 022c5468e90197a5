/**
 * What fitting leaves behind: a shape shared by all devices, and three numbers a device.
 *
 * How arithmetic and traffic bend with the shape of the work is the same on all devices (tiles,
 * waves, splits); how much of its datasheet a device reaches is its own. Latencies are counted in
 * cycles, which hold from one device to the next where microseconds do not; but for decodes (transfer.ts).
 *
 * Source: coefficients/laws.json, written by scripts/fit-kernels.ts
 */
import type { Basis } from "../../interval.ts";
import type {
  BytesPerSecond,
  FlopsPerSecond,
  Joules,
  Fraction,
  Hertz,
  Seconds,
} from "../../units.ts";

/** Kernels of matrix products by what they multiply in and how the weights are stored. */
export const PRODUCT_FAMILIES = [
  "bf16",
  "fp8",
  "fp8-block",
  "nvfp4",
  "int8",
  "weight-only",
] as const;
export type ProductFamily = (typeof PRODUCT_FAMILIES)[number];

/** Kinds of kernel that have a law of their own, and the shape each has. */
export interface Shapes extends Record<`${"matmul" | "experts"}/${ProductFamily}`, ProductShape> {
  "attention/prefill": PrefillShape;
  "attention/decode": DecodeShape;
  "attention/latent-prefill": PrefillShape;
  "attention/latent-decode": DecodeShape;
  scan: StreamShape;
  elementwise: StreamShape;
  "collective/linked": CollectiveShape;
  "collective/hosted": CollectiveShape;
}
export type LawName = keyof Shapes;

/** How far one device gets with one kind of kernel. */
export interface Reach {
  /** Cycles of the kernel on no work, replayed from a device graph; microseconds for an exchange. */
  readonly overhead: number;
  /** Share of the peak arithmetic rate at the best shape. */
  readonly compute: Fraction;
  /** Share of the memory (or link) bandwidth at the best shape. */
  readonly memory: Fraction;
}

export interface ProductShape {
  /** Sharpness of the ridge between arithmetic and traffic: 1 is no overlap, ∞ the roofline. */
  readonly ridge: number;
  /** Side of a tile, in values, whose loads cost as much as its arithmetic. */
  readonly side: number;
  /** Depth that filling and draining a tile's pipeline costs. */
  readonly fill: number;
  /** Share of the last wave's idle units that kernels do not put to use. */
  readonly tail: number;
  /** Bytes a cycle one unit draws from the last-level cache. */
  readonly feed: number;
  /** Share of the last-level cache that a benchmark's repeated buffers may fill and stay. */
  readonly resident: number;
  /** Share of the repeated reads of a wave's edges that reach memory. */
  readonly reread: number;
  /** Passes over partial sums when the depth is split. */
  readonly reduce: number;
  /** Cycles of the second kernel (or barrier) when the depth is split. */
  readonly join: number;
  /** Passes over activations that are rounded before the product begins. */
  readonly rounding: number;
}

export interface PrefillShape {
  /** Sharpness between attention and its traffic. */
  readonly ridge: number;
  /** Sharpness between the whole device's work and the longest row of tiles of one unit. */
  readonly balance: number;
  /** Cycles a score of the whole device: exponentials, on one unit. */
  readonly score: number;
  /** Cycles a score of the longest row, which nothing hides. */
  readonly rowScore: number;
  /** Cycles of starting a tile of queries. */
  readonly start: number;
  /** Masked half-tiles computed at the diagonal, as a share. */
  readonly diagonal: number;
  /** Rate of matrix arithmetic in the longest row, over peak. */
  readonly rowRate: number;
  /** Bytes a cycle one unit moves. */
  readonly feed: number;
  readonly resident: number;
}

export interface DecodeShape {
  readonly ridge: number;
  /** Sharpness between streaming the cache and the latency of one unit's blocks. */
  readonly balance: number;
  /** Cycles of one unit's first block of keys. */
  readonly block: number;
  /** Power of the blocks by which that latency grows. */
  readonly growth: number;
  /** Cycles of starting one (sequence, head, split). */
  readonly start: number;
  /** Cycles of merging splits. */
  readonly merge: number;
  readonly feed: number;
  readonly resident: number;
  /** Power of 16 over the queries a key head: how much narrow groups waste matrix units. */
  readonly narrow: number;
}

export interface StreamShape {
  readonly ridge: number;
}

export interface CollectiveShape {
  /** Power of half the ranks by which latency grows. */
  readonly step: number;
  /** Power of half the ranks by which the rate grows. */
  readonly crowd: number;
  /** Seconds of the second phase of a small all-reduce. */
  readonly phase: Seconds;
  /** Payload above which the library's rings take over from direct exchange. */
  readonly direct: number;
  /** Latency of the rings. */
  readonly ring: Seconds;
  /** Rate of the rings over that of direct exchange. */
  readonly ringRate: number;
  /** Payload at which the rings are at half their rate. */
  readonly ramp: number;
  /** Power of half the ranks by which the latency of the rings grows. */
  readonly growth: number;
  /** Least time of an exchange launched by a usual host. */
  readonly eager: Seconds;
  /** Times as long through an engine of an older release. */
  readonly older: number;
}

/** What of an exchange belongs to the host that devices stand in, and to no device. */
export interface Host {
  /**
   * Rate among `ranks` devices that all send at once through the host, one direction, a device, over
   * the rate of one device's host link. How a host is wired decides it: switches, sockets, peer access.
   */
  readonly peers: readonly { readonly ranks: number; readonly share: Fraction }[];
  /** Time to launch a kernel, over that of the middle host. */
  readonly launch: number;
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

export type Spreads = Readonly<Record<Exclude<Basis, "measured">, Spread>>;

export interface Law<S> {
  readonly shape: S;
  /** By device id. */
  readonly devices: Readonly<Record<string, Reach>>;
  /** On the devices of the fit, on a device left out of it, and on unlike machines. */
  readonly spread: Spreads;
}

/** A law made ready for one device. */
export interface Tuned<S> extends Reach {
  readonly shape: S;
  readonly spread: Spread;
  readonly basis: Basis;
}

/** Figures of a fitted device, kept beside the coefficients so that they can be carried to others. */
export interface Anchor {
  readonly kind: string;
  readonly architecture?: string;
  readonly peak: FlopsPerSecond;
  readonly bandwidth: BytesPerSecond;
  readonly units: number;
  readonly clock: Hertz;
}

/** What draws the power of a device at work. */
export interface PowerLaw {
  /** Shares of its rating: always, and of processors that run threads while a kernel does. */
  readonly idle: Fraction;
  readonly busy: Fraction;
  /** Of arithmetic at its peak, over the rating of devices like it. */
  readonly compute: Fraction;
  /** A byte of memory read or written, with its way across the chip. */
  readonly memory: Joules;
}

/** The committed coefficients, decoded. */
export interface Laws {
  readonly anchors: Readonly<Record<string, Anchor>>;
  readonly laws: { readonly [N in LawName]: Law<Shapes[N]> };
  readonly power: PowerLaw;
}
