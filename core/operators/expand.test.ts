import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  BERT_LARGE,
  DEEPSEEK_V3,
  FP8_NUMERICS,
  GQA,
  LLAMA_70B,
  LLAMA_8B,
  MIXTRAL,
  decoder,
} from "./_fake-models.ts";
import {
  expand,
  modelFlops,
  SINGLE_DEVICE,
  weightBytes,
  type Operator,
  type Step,
} from "./index.ts";

const prefill = (query: number, prefix = 0, sequences = 1): Step => ({
  segments: [{ sequences, query, prefix }],
});

const decode = (sequences: number, prefix: number): Step => ({
  segments: [{ sequences, query: 1, prefix }],
});

function named(operators: readonly Operator[], name: string): Operator {
  const found = operators.find((operator) => operator.name === name);
  assert(found !== undefined, `no operator ${name}`);
  return found;
}

const totalOf = (operators: readonly Operator[], of: (operator: Operator) => number): number =>
  operators.reduce((total, operator) => total + operator.count * of(operator), 0);

function close(actual: number, expected: number, tolerance = 1e-12): void {
  const error = Math.abs(actual / expected - 1);
  assert(error <= tolerance, `${actual} is not ${expected} (${error})`);
}

/** Products of weights: each parameter but the token table is multiplied once a token. */
const LLAMA_8B_BLOCKS = 8_030_261_248 - 2 * 128_256 * 4096 - 65 * 4096;

test("expand() of a Llama-3-8B prompt does 2 FLOPs a block parameter a token, plus causal attention, plus one row of logits", () => {
  const tokens = 2048;
  const attention = 32 * 4 * 32 * 128 * ((tokens * (tokens + 1)) / 2);
  const logits = 2 * 128_256 * 4096;
  const expected = 2 * LLAMA_8B_BLOCKS * tokens + attention + logits;
  close(modelFlops(LLAMA_8B, prefill(tokens)), expected);
});

test("expand() counts causal attention as 2·b·h·d·(F² − p²), plus the diagonal's half", () => {
  const [b, s, p] = [3, 512, 1024];
  const { flops } = named(expand({ model: LLAMA_8B, step: prefill(s, p, b) }), "attention/softmax");
  const whole = 2 * b * 32 * 128 * ((s + p) ** 2 - p ** 2);
  close(flops, whole + 2 * b * 32 * 128 * s);
});

test("expand() of a decode step reads each key and value of the cache once", () => {
  const { read } = named(expand({ model: LLAMA_8B, step: decode(16, 1023) }), "attention/softmax");
  const cache = 16 * 1024 * 2 * 8 * 128 * 2;
  const queries = 16 * 32 * 128 * 2;
  assert.equal(read, cache + queries);
});

test("expand() of a decode step of one sequence reads the weights and the cache, and little else", () => {
  const operators = expand({ model: LLAMA_8B, step: decode(1, 4095) });
  const read = totalOf(operators, (operator) => operator.read);
  const table = 128_256 * 4096 * 2;
  const weights = weightBytes({ model: LLAMA_8B, parallel: SINGLE_DEVICE }) - table;
  const cache = 32 * 4096 * 2 * 8 * 128 * 2;
  close(read, weights + cache, 5e-4);
});

test("expand() caps the keys of a query at the window", () => {
  const windowed = decoder({
    id: "windowed",
    hidden: 4096,
    vocab: 32_000,
    layers: [
      {
        count: 1,
        layer: {
          mixers: [{ ...GQA, window: 128 }],
          feedForward: null,
          norms: { count: 1, norm: "rms" },
        },
      },
    ],
  });
  const pairs = (step: Step): number =>
    named(expand({ model: windowed, step }), "attention/softmax").flops / (4 * 32 * 128);
  assert.equal(pairs(decode(1, 4095)), 128);
  assert.equal(pairs(prefill(256)), (128 * 129) / 2 + 128 * 128);
  assert.equal(pairs(prefill(64, 1024)), 64 * 128);
});

test("expand() absorbs latent projections in decoding and rebuilds keys for a prompt", () => {
  const names = (step: Step): Set<string> =>
    new Set(expand({ model: DEEPSEEK_V3, step }).map((operator) => operator.name));
  assert(names(decode(8, 2048)).has("attention/q-absorb"));
  assert(!names(decode(8, 2048)).has("attention/kv-up"));
  assert(names(prefill(2048)).has("attention/kv-up"));
  assert(!names(prefill(2048)).has("attention/q-absorb"));
});

test("expand() of DeepSeek-V3 decoding reads 576 latent values a token and layer, once for all heads", () => {
  const step = decode(4, 999);
  const { read, work } = named(expand({ model: DEEPSEEK_V3, step }), "attention/latent");
  assert.equal(read, 4 * (1000 * 576 + 128 * 576) * 2);
  assert(work.kind === "attention" && work.latent);
  const tensor = expand({ model: DEEPSEEK_V3, step, parallel: { ...SINGLE_DEVICE, tensor: 8 } });
  assert.equal(named(tensor, "attention/latent").read, 4 * (1000 * 576 + 16 * 576) * 2);
});

test("expand() routes Mixtral tokens to 2 of 8 experts and reads only those touched", () => {
  const { work, flops } = named(expand({ model: MIXTRAL, step: decode(1, 10) }), "experts/routed");
  assert(work.kind === "grouped-matmul");
  assert.equal(work.pairs, 2);
  assert.equal(work.touched, 2);
  assert.equal(flops, 2 * 2 * 3 * 4096 * 14_336);
  const many = named(expand({ model: MIXTRAL, step: prefill(4096) }), "experts/routed").work;
  assert(many.kind === "grouped-matmul" && Math.abs(many.touched - 8) < 1e-9);
});

test("expand() gives experts the tokens of all data-parallel groups", () => {
  const step = decode(32, 100);
  const parallel = { tensor: 1, pipeline: 1, data: 8, expert: 8 };
  const { work } = named(expand({ model: DEEPSEEK_V3, step, parallel }), "experts/routed");
  assert(work.kind === "grouped-matmul");
  assert.equal(work.pairs, (32 * 8 * 8) / 8);
  assert.equal(work.experts, 32);
});

test("expand() sends routed tokens to all of 64 devices where gathering all tokens would move more", () => {
  const step = decode(32, 100);
  const parallel = { tensor: 1, pipeline: 1, data: 64, expert: 64 };
  const { work } = named(expand({ model: DEEPSEEK_V3, step, parallel }), "experts/dispatch");
  assert.deepEqual(work, {
    kind: "collective",
    pattern: "all-to-all",
    ranks: 64,
    bytes: 32 * 8 * 7168 * 2,
  });
});

test("expand() of tensor ranks does together the products of one device", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(LLAMA_8B, LLAMA_70B, MIXTRAL),
      fc.constantFrom(2, 4, 8),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 0, max: 4096 }),
      (model, tensor, query, prefix) => {
        const step = prefill(query, prefix);
        const whole = sharedFlops(expand({ model, step }));
        const parallel = { ...SINGLE_DEVICE, tensor };
        close(tensor * sharedFlops(expand({ model, step, parallel })), whole, 1e-9);
      },
    ),
  );
});

/** FLOPs of all that is split over tensor ranks: everything but the router. */
function sharedFlops(operators: readonly Operator[]): number {
  return totalOf(
    operators.filter(({ work, name }) => work.kind !== "elementwise" && name !== "experts/router"),
    (operator) => operator.flops,
  );
}

test("expand() of a pipeline's stages does together the FLOPs of one device, when layers divide", () => {
  const step = prefill(100);
  const parallel = { ...SINGLE_DEVICE, pipeline: 4 };
  const stage = totalOf(expand({ model: LLAMA_70B, step, parallel }), ({ flops }) => flops);
  close(
    4 * stage,
    totalOf(expand({ model: LLAMA_70B, step }), ({ flops }) => flops),
  );
});

test("expand() of 61 layers on 2 stages describes the stage with 31", () => {
  const parallel = { ...SINGLE_DEVICE, pipeline: 2 };
  const operators = expand({ model: DEEPSEEK_V3, step: decode(1, 1), parallel });
  close(named(operators, "attention/out").count, 31);
  close(named(operators, "mlp/up").count, (3 * 31) / 61);
});

test("expand() of a tensor-parallel layer reduces twice, and gathers logits once", () => {
  const parallel = { ...SINGLE_DEVICE, tensor: 4 };
  const operators = expand({ model: LLAMA_70B, step: decode(8, 100), parallel });
  const bytes = 8 * 8192 * 2;
  for (const name of ["attention/all-reduce", "mlp/all-reduce"]) {
    const { work, count } = named(operators, name);
    assert.deepEqual(work, { kind: "collective", pattern: "all-reduce", ranks: 4, bytes });
    assert.equal(count, 80);
  }
  assert.equal(named(operators, "head/all-gather").count, 1);
});

test("expand() copies key-value heads when there are more tensor ranks", () => {
  const parallel = { ...SINGLE_DEVICE, tensor: 16 };
  const { work } = named(
    expand({ model: LLAMA_70B, step: decode(1, 10), parallel }),
    "attention/softmax",
  );
  assert(work.kind === "attention");
  assert.equal(work.kvHeads, 1);
  assert.equal(work.heads, 4);
});

test("expand() rounds activations in four places of a layer when they are narrower than the model", () => {
  const operators = expand({ model: LLAMA_8B, step: decode(1, 10), numerics: FP8_NUMERICS });
  const rounding = operators.filter(({ name }) => name.includes("quantise"));
  assert.equal(rounding.length, 4);
  assert(rounding.every(({ count }) => count === 32));
  assert.equal(named(operators, "mlp/up").read, 28_672 * 4096 + 4096);
});

test("expand() of an encoder runs all tokens through attention both ways, and pools one a sequence", () => {
  const operators = expand({ model: BERT_LARGE, step: prefill(384, 0, 2) });
  assert.equal(named(operators, "attention/softmax").flops, 2 * 4 * 16 * 64 * 384 * 384);
  assert.equal(named(operators, "head/pooler").flops, 2 * 2 * 1024 * 1024);
  assert(!operators.some(({ name }) => name === "attention/cache-write"));
});

test("expand() attention is linear in sequences and bilinear in query and prefix", () => {
  const flops = (sequences: number, query: number, prefix: number): number =>
    named(expand({ model: LLAMA_8B, step: prefill(query, prefix, sequences) }), "attention/softmax")
      .flops;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 0, max: 5000 }),
      (b, s, p) => {
        close(flops(2 * b, s, p), 2 * flops(b, s, p));
        const chunked = flops(b, s, p) + flops(b, s, p + s);
        close(flops(b, 2 * s, p), chunked);
      },
    ),
  );
});

test("expand() lists equal operators of different layers once", () => {
  const layer = (window: number | null) => ({
    mixers: [{ ...GQA, window }],
    feedForward: { kind: "dense", intermediate: 14_336, gated: true, bias: false } as const,
    norms: { count: 2, norm: "rms" } as const,
  });
  const layers = [1, 2, 3, 4].flatMap(() => [
    { count: 5, layer: layer(1024) },
    { count: 1, layer: layer(null) },
  ]);
  const model = decoder({ id: "interleaved", hidden: 4096, vocab: 1000, layers });
  const operators = expand({ model, step: decode(1, 8191) });
  assert.equal(named(operators, "mlp/up").count, 24);
  const counts = operators.filter(({ name }) => name === "attention/softmax").map((o) => o.count);
  assert.deepEqual(counts, [20, 4]);
});
