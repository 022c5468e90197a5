/** Lanes: what each way of working of a machine reaches in a second, as measured. */
import {
  quantileOf,
  type BytesPerSecond,
  type FlopsPerSecond,
  type Interval,
  type Precision,
  type Seconds,
  type Watts,
} from "../../core/index.ts";

/** The first four count arithmetic, the others bytes that are read and written. */
export const WORKS = [
  "matmul",
  "convolution",
  "depthwise",
  "attention",
  "read",
  "copy",
  "reduction",
] as const;
export type Work = (typeof WORKS)[number];

export interface Lane {
  readonly what: Work;
  /** What is multiplied in; null of bytes, which have no format. */
  readonly precision: Precision | null;
  /** Cores at work; null of a device that spreads work itself. */
  readonly threads: number | null;
  /** Side of square matrices, side of an image, tokens, or bytes of a buffer a thread. */
  readonly size: number;
  /** Of repeats, one after the other. */
  readonly rate: Interval & { readonly p50: FlopsPerSecond | BytesPerSecond };
  /**
   * Whose seconds: the wall's; those in which the processor worked for it, which other programs do not lengthen; or
   * those that a device stamped.
   */
  readonly clock: "wall" | "processor" | "device";
  /** What did the work: "wasm scalar", "onnxruntime U8S8", "cublas". */
  readonly method: string;
  /** How long the work went on without a pause before and while it was counted; null of a burst. */
  readonly sustained: Seconds | null;
  /** Mean draw of the package or device over a sustained run, where it has a counter. */
  readonly power: Watts | null;
  /** Day, ISO, where it was measured before what stands beside it. */
  readonly date?: string;
}

export function isCompute({ what }: Pick<Lane, "what">): boolean {
  return WORKS.indexOf(what) < WORKS.indexOf("read");
}

/** What eight of ten repeats lay between. */
export function repeatsInterval(rates: readonly number[]): Interval {
  const at = (share: number) => quantileOf(rates, share);
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9), basis: "measured" };
}

/** The task whose lane is the fastest burst that `wanted` fits. */
export function fastestTask<T>(
  all: readonly { readonly task: T; readonly lane: Lane }[],
  wanted: (lane: Lane) => boolean,
): T | undefined {
  const best = fastest(
    all.map(({ lane }) => lane),
    wanted,
  );
  return all.find(({ lane }) => lane === best)?.task;
}

/** The fastest burst that `wanted` fits; null of none. */
export function fastest(
  lanes: readonly Lane[],
  wanted: (lane: Lane) => boolean = () => true,
): Lane | null {
  return lanes
    .filter((lane) => lane.sustained === null && wanted(lane))
    .reduce<Lane | null>(
      (best, lane) => (best === null || lane.rate.p50 > best.rate.p50 ? lane : best),
      null,
    );
}
