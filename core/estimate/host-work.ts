/**
 * What the processor aboard a device does for each picture: it scales the picture, hands it over, and reads the scores.
 *
 * A benchmark that starts from pictures waits for it; one that starts from prepared tensors does not. A thread takes
 * the pictures of its batch one after another; threads on all cores together bound the rate.
 *
 * Source: assumption for the cycles, from networks too small to keep an engine busy: the same 5,000 pictures a second
 * of 224 × 224 by four MobileNets on two cores, 10,300 of 128 × 128, 29,400 of 80 × 60 (AMD's model zoo, VCK190), so
 * the level of those rows is no test of the law
 */
import type { Device } from "../catalogue/index.ts";
import { product, type Model, type NodeWork } from "../model/index.ts";
import type { Seconds } from "../units.ts";
import type { BatchShape } from "./batch-shape.ts";
import { CYCLES_SCORE } from "./laws/index.ts";

/** Of the cores whose cycles these are, Cortex-A72: Dhrystones a MHz. Source: AMD UG1273, "APU", Table 1 */
const DHRYSTONE = 5.74;
const CYCLES_PICTURE = 57_000;
const CYCLES_PIXEL = 12;
/** Of a value of a softmax, which no engine of integers takes. Source: assumption; SalsaNext on VCK190 (83 ms of a core, 2.6 million scores), which leaves SuperPoint's (0.3 million) at 0.9 to 1.3 */
const CYCLES_EXPONENTIAL = 50;
/** Of a value that goes into an average pool larger than the engine's. Source: assumption; EfficientNet-B0 on ZCU102 (7.4 ms of a core, 1.5 million values), which leaves MobileNet v3's at 0.9 to 1.0 */
const CYCLES_POOLED = 3;
/** Channels of a picture. */
const COLOURS = 3;

interface HostTime {
  /** For a batch that comes alone. */
  readonly latency: Seconds;
  /** From one batch to the next: cores share the pictures out; a layer that a graph hands over takes all of them. */
  readonly pace: Seconds;
}

/**
 * For the whole batch; 0 where nobody asked for it, or where no processor is aboard.
 *
 * Source of the pace: Xilinx/kria-vitis-platforms VAI/vart/cpu-runner/src/op/avg_pool.cpp (a layer forks and joins threads)
 */
export function hostWork(
  model: Model,
  { onboard, array }: Pick<Device, "onboard" | "array">,
  shape: BatchShape,
): HostTime {
  if (shape.pictures !== true || onboard === undefined || model.kind !== "network") return NO_TIME;
  const { clock, cores, dhrystone = DHRYSTONE } = onboard;
  const values = model.inputs.reduce((sum, input) => sum + product(input.shape), 0);
  const counted = (of: typeof pooledCycles) =>
    model.nodes.reduce((sum, { work, count }) => sum + count * of(work, array), 0);
  const scores = CYCLES_SCORE * classScores(model.nodes.at(-1)?.work);
  const dealt = CYCLES_PICTURE + (CYCLES_PIXEL * values) / COLOURS + counted(scoreCycles) + scores;
  const forked = counted(pooledCycles);
  const time = (cycles: number) => (shape.batch * (DHRYSTONE / dhrystone) * cycles) / clock;
  return { latency: time(dealt + forked), pace: time(dealt / cores + forked) };
}

const NO_TIME: HostTime = { latency: 0, pace: 0 };

/**
 * Seconds in which engines of a card wait for its host to take what a batch is answered with, where that is an image. What
 * is only resampled at the end low-latency engines leave to it as well; the others' hosts keep up with the small image before.
 */
export function answerTime(model: Model, { array, units = 1 }: Device, batch: number): Seconds {
  if (array?.answers === undefined || model.kind !== "network") return 0;
  const last = model.nodes.at(-1)?.work;
  const isResampled = last?.kind === "elementwise" && last.pointwise !== true;
  if (isResampled && array.sums === undefined) return 0;
  return (Math.max(1, batch / units) * classScores(last)) / array.answers;
}

/** Scores of each pixel's classes, the largest of which the processor looks for, where a network ends in an image of them. */
function classScores(last: NodeWork | undefined): number {
  if (last?.kind === "convolution") return last.channelsOut * product(last.output);
  return last?.kind === "elementwise" ? last.written : 0;
}

/** Cycles of a pool that engines leave to the processor. */
function pooledCycles(work: NodeWork, array: Device["array"]): number {
  const isLeft =
    work.kind === "elementwise" && work.read > work.written * (array?.pool ?? Infinity) ** 2;
  return isLeft ? CYCLES_POOLED * work.read : 0;
}

/** The same of scores and shares. */
function scoreCycles(work: NodeWork): number {
  if (work.kind === "host") return CYCLES_SCORE * work.elements;
  const isShared = work.kind === "elementwise" && work.exponential === true;
  return isShared ? CYCLES_EXPONENTIAL * work.written : 0;
}
