/**
 * Time of one operator on one device.
 *
 * Source: design/modelling.md sections 1 and 2; coefficients/laws.json
 */
import { assert } from "../../assert.ts";
import type { Matmul, Operator, Work } from "../../operators/index.ts";
import type { Precision } from "../../precision.ts";
import type { Bound, OperatorTime } from "../types.ts";
import { attentionKernel, attentionLaw } from "./_attention.ts";
import { collectiveKernel } from "./_collective.ts";
import { convolutionKernel, recurrentKernel } from "./_convolution.ts";
import { expertsKernel } from "./_experts.ts";
import type { Kernel } from "./_kernel.ts";
import { productKernel } from "./_matmul.ts";
import { gatherKernel, hostKernel, scanKernel, streamKernel } from "./_traffic.ts";
import type { LawName, Spread } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/**
 * Time of one operator on `target`, what it is spent on, and how far off it may be.
 *
 * Errors: asserts that the device has a format for the operator (ask `substitutions` first).
 */
export function operatorTime(operator: Operator, target: Target): OperatorTime {
  const name = lawName(operator.work, target);
  const law = target.laws[name];
  const kernel = kernelOf(operator, name, target);
  return {
    operator,
    time: kernel.time,
    compute: kernel.compute,
    memory: kernel.memory,
    link: kernel.link,
    overhead: kernel.overhead,
    bound: bound(kernel),
    basis: law.basis,
    spread: spreadAt(law.spread, kernel.time),
  };
}

/** The law an operator is timed by on a target, the format its device falls back on considered. */
export function lawName(work: Work, target: Target): LawName {
  switch (work.kind) {
    case "matmul":
    case "convolution":
    case "recurrent":
      return `matmul/${productFamily(work, target)}`;
    case "grouped-matmul":
      return `experts/${productFamily(work, target)}`;
    case "attention":
      return attentionLaw(work);
    case "scan":
      return "scan";
    case "elementwise":
    case "gather":
    case "host":
      return "elementwise";
    case "collective":
      return target.scaleUp?.linked === true ? "collective/linked" : "collective/hosted";
  }
}

/** Bits of weights from which on they are multiplied as they are stored. */
const WIDE_BITS = 12;

/** Kernels of matrix products by what they multiply in and how the weights are stored. */
function productFamily(
  { compute, weights }: Pick<Matmul, "compute" | "weights">,
  target: Target,
): "bf16" | "fp8" | "fp8-block" | "nvfp4" | "int8" | "weight-only" {
  switch (formatOf(compute, target).precision) {
    case "fp4":
    case "fp6":
      return "nvfp4";
    case "fp8":
      return weights.name.includes("block") ? "fp8-block" : "fp8";
    case "int8":
    case "int4":
      return "int8";
    case "bf16":
    case "fp16":
    case "tf32":
    case "fp32":
    case "fp64":
      return weights.bits < WIDE_BITS ? "weight-only" : "bf16";
  }
}

function formatOf(wanted: Precision, target: Target): Format {
  const format = target.formats[wanted];
  assert(format !== null, `"${target.device.name}" computes neither ${wanted} nor a wider format`);
  return format;
}

function kernelOf(operator: Operator, name: LawName, target: Target): Kernel {
  const { work } = operator;
  const law = target.laws[name];
  switch (work.kind) {
    case "matmul":
      return productKernel(operator, work, law, formatOf(work.compute, target), target);
    case "convolution":
      return convolutionKernel(operator, work, law, formatOf(work.compute, target), target);
    case "recurrent":
      return recurrentKernel(operator, work, law, formatOf(work.compute, target), target);
    case "grouped-matmul":
      return expertsKernel(operator, work, law, formatOf(work.compute, target), target);
    case "attention":
      return attentionKernel(operator, law, formatOf(work.compute, target), target);
    case "scan":
      return scanKernel(operator, work, law, target);
    case "elementwise":
      return streamKernel(operator, law, target);
    case "gather":
      return gatherKernel(operator, work, law, target);
    case "host":
      return hostKernel(work);
    case "collective":
      return collectiveKernel(work, law, target);
  }
}

function bound({ compute, memory, link, overhead }: Kernel): Bound {
  const most = Math.max(compute, memory, link, overhead);
  if (most === compute) return "compute";
  if (most === memory) return "memory";
  return most === link ? "link" : "overhead";
}

const SHORT = 20e-6;
const LONG = 1e-3;

function spreadAt(spread: Spread, time: number): number {
  if (time < SHORT) return spread.short;
  return time < LONG ? spread.middle : spread.long;
}
