/**
 * Rows of single kernels, as the operators they name.
 *
 * Attention and expert kernels are taken from a model of one layer with the shape that the row states, so
 * that their FLOPs and bytes are those of every other answer; matmuls and collectives are written out.
 */
import type { Experts, Layer, Mixer, Transformer } from "../core/model/index.ts";
import { numerics, plainAttention } from "../core/model/index.ts";
import {
  expand,
  SINGLE_DEVICE,
  type Operator,
  type Parallel,
  type Segment,
} from "../core/operators/index.ts";
import { storedBytes, type Numerics } from "../core/precision.ts";
import { formatName } from "./precision.ts";
import type { Row } from "./row.ts";

/** The operator that a kernel row times; null where its words are not understood. */
export function kernelOperator(row: Row): Operator | null {
  const formats = kernelNumerics(row);
  if (formats === null) return null;
  return (
    matmulOperator(row, formats) ??
    attentionOperator(row, formats) ??
    expertsOperator(row, formats) ??
    collectiveOperator(row)
  );
}

/** A library whose FP8 has a scale for each block. Source: deepseek-ai/DeepGEMM README, "fine-grained scaling" */
const BLOCKED = /DeepGEMM/;

function kernelNumerics(row: Row): Numerics | null {
  const cell = [row.precision_weights, row.precision_activations, "bf16"].find((c) => c !== "");
  const named = formatName(cell ?? "");
  const name = named === "fp8" && BLOCKED.test(row.engine) ? "fp8-block" : named;
  if (name === null) return null;
  const known = numerics(row.precision_weights.startsWith("w4a16_mxfp4") ? "mxfp4-a16" : name);
  if (!known.ok) return null;
  const kv = formatName(row.precision_kv) === "fp8" ? { name: "fp8", bits: 8 } : known.value.kv;
  return { ...known.value, kv };
}

const LABELLED = /\bm(\d+) (?:n(\d+) k(\d+)|k(\d+) n(\d+))/;
const PRODUCT = /(\d+)x(\d+)x(\d+)/;

function matmulOperator(row: Row, formats: Numerics): Operator | null {
  if (!/GEMM|matmul/i.test(row.model) || /grouped/.test(row.model)) return null;
  const labelled = LABELLED.exec(row.model);
  const product = PRODUCT.exec(row.model);
  if (labelled !== null) {
    const [m, n, k] = [labelled[1], labelled[2] ?? labelled[5], labelled[3] ?? labelled[4]];
    return matmul(Number(m), Number(n), Number(k), formats);
  }
  if (product === null) return null;
  return matmul(Number(product[1]), Number(product[2]), Number(product[3]), formats);
}

function matmul(m: number, n: number, k: number, formats: Numerics): Operator {
  const { linear: weights, activations, compute } = formats;
  return {
    name: "matmul",
    group: "mlp",
    count: 1,
    work: { kind: "matmul", m, n, k, batch: 1, compute: compute.linear, weights, activations },
    flops: 2 * m * n * k,
    read: storedBytes(n * k, weights) + storedBytes(m * k, activations),
    written: storedBytes(m * n, activations),
  };
}

function attentionOperator(row: Row, formats: Numerics): Operator | null {
  const mixer = attentionMixer(row.model);
  if (mixer === null) return null;
  const sequences = Number(row.batch_or_concurrency);
  const length = row.input_tokens;
  if (!(sequences > 0) || length === undefined) return null;
  const segment = /prefill/.test(row.model)
    ? { sequences, query: length, prefix: 0 }
    : { sequences, query: 1, prefix: length - 1 };
  const layer: Layer = { mixers: [mixer], feedForward: null, norms: NO_NORMS };
  return only(layer, HIDDEN, segment, formats, SINGLE_DEVICE, "attention");
}

/** Width around an attention kernel, which it does not depend on. */
const HIDDEN = 4096;
const NO_NORMS: Layer["norms"] = { count: 0, norm: "rms" };

function attentionMixer(label: string): Mixer | null {
  const words = /attention (\d+) heads, (\d+) kv heads, dim (\d+)/.exec(label);
  if (words !== null) return plainAttention(Number(words[1]), Number(words[2]), Number(words[3]));
  const short = /(MHA|MLA) decode attention (\d+)-(\d+)-(\d+)/.exec(label);
  if (short === null) return null;
  const [heads, second, third] = [Number(short[2]), Number(short[3]), Number(short[4])];
  return short[1] === "MHA" ? plainAttention(heads, second, third) : latent(heads, second, third);
}

function latent(heads: number, kvRank: number, ropeDim: number): Mixer {
  return {
    kind: "latent-attention",
    heads,
    queryRank: null,
    kvRank,
    nopeDim: 128,
    ropeDim,
    valueDim: 128,
    indexer: null,
  };
}

const EXPERTS = /hidden (\d+) inter (\d+) top(\d+) of (\d+) experts/;

function expertsOperator(row: Row, formats: Numerics): Operator | null {
  const shape = EXPERTS.exec(row.model);
  const tokens = Number(row.batch_or_concurrency);
  if (shape === null || !(tokens > 0)) return null;
  const feedForward: Experts = {
    kind: "experts",
    count: Number(shape[4]),
    active: Number(shape[3]),
    intermediate: Number(shape[2]),
    gated: true,
    bias: false,
    shared: null,
    routerBias: false,
  };
  const expert = row.ep ?? 1;
  const tensor = (row.tp ?? 1) * expert;
  const layer: Layer = { mixers: [], feedForward, norms: NO_NORMS };
  const segment = { sequences: tokens, query: 1, prefix: 0 };
  const parallel = { ...SINGLE_DEVICE, tensor, expert };
  return only(layer, Number(shape[1]), segment, formats, parallel, "grouped-matmul");
}

/** The one operator of a kind in a model of one layer. */
function only(
  layer: Layer,
  hidden: number,
  segment: Segment,
  formats: Numerics,
  parallel: Parallel,
  kind: Operator["work"]["kind"],
): Operator | null {
  const model: Transformer = {
    kind: "transformer",
    id: "kernel",
    name: "kernel",
    source: "the row",
    numerics: formats,
    stacks: [
      {
        role: "decoder",
        hidden,
        embedding: {
          kind: "tokens",
          vocab: 1,
          width: null,
          positions: 0,
          types: 0,
          norm: null,
          shared: false,
        },
        layers: [{ count: 1, layer }],
        finalNorm: null,
        head: null,
      },
    ],
  };
  const step = { segments: [segment] };
  const operators = expand({ model, step, parallel, numerics: formats });
  return operators.find((operator) => operator.work.kind === kind) ?? null;
}

const PATTERNS = {
  all_reduce: "all-reduce",
  "all-reduce": "all-reduce",
  all_gather: "all-gather",
  reduce_scatter: "reduce-scatter",
  alltoall: "all-to-all",
} as const;

const PREFIXES = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

function collectiveOperator(row: Row): Operator | null {
  const words =
    /^(all_reduce|all-reduce|all_gather|reduce_scatter|alltoall) (\d+) ?([KMG]?)B/i.exec(row.model);
  const ranks = row.accelerators ?? 0;
  if (words === null || ranks < 2) return null;
  const [, name, amount, prefix] = words;
  const bytes = Number(amount) * PREFIXES[(prefix ?? "") as keyof typeof PREFIXES];
  const pattern = PATTERNS[name as keyof typeof PATTERNS];
  const work = { kind: "collective", pattern, ranks, bytes } as const;
  return {
    name: words[0],
    group: "communication",
    count: 1,
    work,
    flops: 0,
    read: bytes,
    written: bytes,
  };
}
