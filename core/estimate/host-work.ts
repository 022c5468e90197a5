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

const CYCLES_PICTURE = 57_000;
const CYCLES_PIXEL = 12;
/** Channels of a picture. */
const COLOURS = 3;

/** Seconds of one core for the whole batch; 0 where nobody asked for it, or where no processor is aboard. */
export function hostWork(model: Model, { onboard }: Device, shape: BatchShape): Seconds {
  if (shape.pictures !== true || onboard === undefined || model.kind !== "network") return 0;
  const values = model.inputs.reduce((sum, input) => sum + product(input.shape), 0);
  const boxes = model.nodes.reduce(
    (sum, { work, count }) => sum + (work.kind === "host" ? work.elements * count : 0),
    0,
  );
  const scores = boxes + classScores(model.nodes.at(-1)?.work);
  const cycles = CYCLES_PICTURE + (CYCLES_PIXEL * values) / COLOURS + CYCLES_SCORE * scores;
  return (shape.batch * cycles) / onboard.clock;
}

/** Scores of each pixel's classes, the largest of which the processor looks for, where a network ends in an image of them. */
function classScores(last: NodeWork | undefined): number {
  if (last?.kind === "convolution") return last.channelsOut * product(last.output);
  return last?.kind === "elementwise" ? last.written : 0;
}
