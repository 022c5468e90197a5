/**
 * Names of the laws and of the numbers in their shapes, and where a fit starts.
 *
 * Source: notes/032-modelling.md, 1; starting points by hand, final values in coefficients/laws.json
 */
import type {
  CollectiveShape,
  DecodeShape,
  LawName,
  PrefillShape,
  ProductShape,
  Shapes,
  StreamShape,
} from "./coefficients.ts";

const PRODUCT: ProductShape = {
  ridge: 5,
  side: 30,
  fill: 140,
  tail: 0.2,
  feed: 85,
  resident: 0.12,
  reread: 2,
  reduce: 1.2,
  join: 4400,
  rounding: 0.3,
};

const PREFILL: PrefillShape = {
  ridge: 1.3,
  balance: 1.2,
  score: 0.074,
  rowScore: 0.14,
  start: 26,
  diagonal: 0.8,
  rowRate: 2,
  feed: 6.9,
  resident: 0.36,
};

const DECODE: DecodeShape = {
  ridge: 0.85,
  balance: 2,
  block: 13000,
  growth: 0.37,
  start: 3700,
  merge: 3500,
  feed: 130,
  resident: 0.75,
  narrow: 0.75,
};

const STREAM: StreamShape = { ridge: 1 };

const LINKED: CollectiveShape = {
  step: 0.09,
  crowd: 0.24,
  phase: 4.4e-6,
  direct: 8e6,
  ring: 10e-6,
  ringRate: 1.38,
  ramp: 6e6,
  growth: 0.65,
  eager: 20e-6,
  older: 2,
};

const HOSTED: CollectiveShape = {
  ...LINKED,
  step: 0.09,
  crowd: 0,
  phase: 3.4e-6,
  ring: 7e-6,
  ringRate: 1,
  ramp: 2e6,
  growth: 0.95,
  eager: 20e-6,
};

/** Where the fit of each law starts; its keys are all the laws there are. */
export const SHAPE_STARTS: Readonly<Shapes> = {
  "matmul/bf16": PRODUCT,
  "matmul/fp8": PRODUCT,
  "matmul/fp8-block": PRODUCT,
  "matmul/nvfp4": PRODUCT,
  "matmul/int8": PRODUCT,
  "matmul/weight-only": PRODUCT,
  "experts/bf16": PRODUCT,
  "experts/fp8": PRODUCT,
  "experts/fp8-block": PRODUCT,
  "experts/nvfp4": PRODUCT,
  "experts/int8": PRODUCT,
  "experts/weight-only": PRODUCT,
  "attention/prefill": PREFILL,
  "attention/decode": DECODE,
  "attention/latent-prefill": PREFILL,
  "attention/latent-decode": DECODE,
  scan: STREAM,
  elementwise: STREAM,
  "collective/linked": LINKED,
  "collective/hosted": HOSTED,
};

export const LAW_NAMES: readonly LawName[] = Object.keys(SHAPE_STARTS) as LawName[];
