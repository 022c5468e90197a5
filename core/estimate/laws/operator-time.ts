/**
 * Time of one operator on one device.
 *
 * Source: notes/032-modelling.md, 1 and 2; coefficients/laws.json
 */
import { assert } from "../../assert.ts";
import type {
  AttentionWork,
  Collective,
  Convolution,
  Matmul,
  Operator,
  Recurrence,
  Work,
} from "../../operators/index.ts";
import type { Precision } from "../../precision.ts";
import type { Bound, OperatorTime } from "../types.ts";
import { arrayKernel, arrayPass } from "./_array.ts";
import { decodeKernel, isDecode, prefillKernel } from "./_attention.ts";
import { collectiveKernel, joining } from "./_collective.ts";
import { convolutionKernel, recurrentKernel } from "./_convolution.ts";
import { expertsKernel } from "./_experts.ts";
import { type Kernel, kernel } from "./_kernel.ts";
import { matvecKernel } from "./_matvec.ts";
import { productKernel } from "./_matmul.ts";
import { gatherKernel, hostKernel, scanKernel, streamKernel } from "./_traffic.ts";
import { systolicKernel } from "./_systolic.ts";
import { PRODUCT_FAMILIES, type LawName, type ProductFamily, type Spread } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/**
 * Time of one operator on `target`, what it is spent on, and how far off it may be.
 *
 * Errors: asserts that the device has a format for the operator (ask `substitutions` first).
 */
export function operatorTime(operator: Operator, target: Target): OperatorTime {
  const law = target.laws[lawName(operator.work, target)];
  const kernel = kernelOf(operator, target);
  return {
    operator,
    time: kernel.time,
    compute: kernel.compute,
    memory: kernel.memory,
    link: kernel.link,
    overhead: kernel.overhead,
    bound: bound(kernel),
    basis: law.basis,
    spread: law.spread[spreadSize(kernel.time)],
  };
}

/** Kept, because a name put together anew for each operator costs more than the operator's time. */
const MATMUL_LAWS = named("matmul");
const EXPERTS_LAWS = named("experts");

type Named<K extends string> = Readonly<Record<ProductFamily, `${K}/${ProductFamily}`>>;

function named<K extends string>(kind: K): Named<K> {
  return Object.fromEntries(PRODUCT_FAMILIES.map((f) => [f, `${kind}/${f}`])) as Named<K>;
}

/** What the choice of a law depends on. */
type Machine = Pick<Target, "device" | "formats" | "scaleUp"> & Partial<Pick<Target, "perHost">>;

/** The law an operator is timed by on a target, the format its device falls back on considered. */
export function lawName(work: Work, target: Machine): LawName {
  switch (work.kind) {
    case "matmul":
    case "convolution":
    case "recurrent":
      return MATMUL_LAWS[productFamily(work, target)];
    case "grouped-matmul":
      return EXPERTS_LAWS[productFamily(work, target)];
    case "attention":
      return attentionLaw(work);
    case "scan":
      return "scan";
    case "elementwise":
    case "gather":
    case "host":
      return "elementwise";
    case "collective":
      return collectiveLaw(work, target);
  }
}

function attentionLaw(work: AttentionWork): LawName & `attention/${string}` {
  if (isDecode(work)) return work.latent ? "attention/latent-decode" : "attention/decode";
  return work.latent ? "attention/latent-prefill" : "attention/prefill";
}

function collectiveLaw({ ranks }: Collective, target: Machine): LawName & `collective/${string}` {
  const joined = joining(Math.min(ranks, target.perHost ?? ranks), target);
  return joined?.linked === true ? "collective/linked" : "collective/hosted";
}

/** Bits of weights from which on they are multiplied as they are stored. */
const WIDE_BITS = 12;

function productFamily(product: Multiplied, target: Machine): ProductFamily {
  const { weights } = product;
  switch (multipliedIn(product, target).precision) {
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

type Multiplied = Pick<Matmul, "compute" | "weights">;

/**
 * The format a product is computed in: weights whose scales the device's own units read are multiplied
 * beside activations of eight bits, at the rate of those, where others are widened as they are loaded.
 *
 * Source: OCP Microscaling Formats specification 1.0 (MXFP4); NVIDIA PTX ISA, tcgen05.mma kind::mxf8f6f4
 * (MXFP8 by MXFP4, from Blackwell on)
 */
function multipliedIn({ compute, weights }: Multiplied, target: Machine): Format {
  const isNative = weights.name === "mxfp4" && target.formats.fp4?.precision === "fp4";
  return formatOf(isNative && compute !== "fp4" ? "fp8" : compute, target);
}

function formatOf(wanted: Precision, target: Machine): Format {
  const format = target.formats[wanted];
  assert(format !== null, `"${target.device.name}" computes neither ${wanted} nor a wider format`);
  return format;
}

function kernelOf(operator: Operator, target: Target): Kernel {
  const { work } = operator;
  const { laws } = target;
  if ((work.kind === "matmul" || work.kind === "convolution") && onArray(target)) {
    return arrayKernel(operator, work, formatOf(work.compute, target), target);
  }
  if (target.device.matvec !== undefined) {
    if (isProduct(work)) return matvecKernel(work, target);
    if (work.kind === "elementwise") return kernel(0, 0, 0, 0);
  }
  const side = target.device.systolic;
  if (side !== undefined && (work.kind === "matmul" || work.kind === "convolution")) {
    const law = laws[MATMUL_LAWS[productFamily(work, target)]];
    return systolicKernel(operator, work, law, multipliedIn(work, target), target, side);
  }
  switch (work.kind) {
    case "matmul": {
      const { m, n, k, batch, activations, weights } = work;
      const family = productFamily(work, target);
      const isWide = family === "bf16" || family === "weight-only";
      const narrow = Math.min(activations.bits, family === "nvfp4" ? 4.5 : 8);
      const left = (isWide ? activations.bits : narrow) / 8;
      const isHeld = target.device.kind === "cpu" && activations.bits <= 16;
      const rounded = isWide || isHeld ? 0 : m * k * batch;
      const { rowsLeast: least } = target.device;
      const rows = family === "fp8" && least !== undefined ? Math.max(m, least) : m;
      const product = { m: rows, n, k, batch, left, right: weights.bits / 8, rounded };
      const law = laws[MATMUL_LAWS[family]];
      return productKernel(operator, product, law, multipliedIn(work, target), target);
    }
    case "convolution": {
      const law = laws[MATMUL_LAWS[productFamily(work, target)]];
      return convolutionKernel(operator, work, law, formatOf(work.compute, target), target);
    }
    case "recurrent": {
      const law = laws[MATMUL_LAWS[productFamily(work, target)]];
      return recurrentKernel(operator, work, law, formatOf(work.compute, target), target);
    }
    case "grouped-matmul": {
      const law = laws[EXPERTS_LAWS[productFamily(work, target)]];
      return expertsKernel(operator, work, law, multipliedIn(work, target), target);
    }
    case "attention":
      return attentionKernel(operator, work, target);
    case "scan":
      return scanKernel(operator, laws.scan, formatOf(work.compute, target), target);
    case "elementwise":
      if (onArray(target)) return arrayPass(operator, target);
      return streamKernel(operator, work.elements, laws.elementwise, target);
    case "gather":
      return gatherKernel(operator, work, laws.elementwise, target);
    case "host":
      return hostKernel(work, laws.elementwise, target);
    case "collective":
      return collectiveKernel(work, laws[collectiveLaw(work, target)], target);
  }
}

function isProduct(work: Work): work is Matmul | Convolution | Recurrence {
  return work.kind === "matmul" || work.kind === "convolution" || work.kind === "recurrent";
}

/** A graph compiled for an array; layers with other work between them are timed as on any device. */
function onArray({ device, slices }: Target): boolean {
  return device.array !== undefined && slices > 0;
}

function attentionKernel(operator: Operator, work: AttentionWork, target: Target): Kernel {
  const format = formatOf(work.compute, target);
  const { laws } = target;
  if (isDecode(work)) {
    const law = laws[work.latent ? "attention/latent-decode" : "attention/decode"];
    return decodeKernel(operator, work, law, format, target);
  }
  const law = laws[work.latent ? "attention/latent-prefill" : "attention/prefill"];
  return prefillKernel(operator, work, law, format, target);
}

function bound({ compute, memory, link, overhead }: Kernel): Bound {
  const most = Math.max(compute, memory, link, overhead);
  if (most === compute) return "compute";
  if (most === memory) return "memory";
  return most === link ? "link" : "overhead";
}

const SHORT = 20e-6;
const LONG = 1e-3;

/** The size class a spread is kept for. */
export function spreadSize(time: number): keyof Spread {
  if (time < SHORT) return "short";
  return time < LONG ? "middle" : "long";
}
