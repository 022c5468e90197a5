import assert from "node:assert/strict";
import { test } from "node:test";
import type { LayerRun, Stack, Transformer } from "../model/index.ts";
import { BF16_NUMERICS, DEEPSEEK_V3, GQA, LLAMA_8B, MIXTRAL, decoder } from "./_fake-models.ts";
import { expand, type Operator, type Step } from "./index.ts";

const decode: Step = { segments: [{ sequences: 2, query: 1, prefix: 4095 }] };

function named(operators: readonly Operator[], name: string): Operator {
  const found = operators.find((operator) => operator.name === name);
  assert(found !== undefined, `no operator ${name}`);
  return found;
}

function of(layer: LayerRun["layer"]): Transformer {
  return decoder({ id: "one", hidden: 4096, vocab: 32_000, layers: [{ count: 1, layer }] });
}

const norms = { count: 1, norm: "rms" } as const;

test("expand() of a window reads no key outside it", () => {
  const model = of({ mixers: [{ ...GQA, window: 128 }], feedForward: null, norms });
  const { read } = named(expand({ model, step: decode }), "attention/softmax");
  assert.equal(read, 2 * (32 * 128 + 128 * 8 * 256) * 2);
});

test("expand() makes biases of scores once, reads them in each layer for all sequences, and rotates nothing beside them", () => {
  const biased = { ...GQA, positions: "bias" } as const;
  const layer = (relativeBuckets: number) => ({
    mixers: [{ ...biased, relativeBuckets }],
    feedForward: null,
    norms,
  });
  const layers = [
    { count: 1, layer: layer(32) },
    { count: 3, layer: layer(0) },
  ];
  const model = decoder({ id: "biased", hidden: 4096, vocab: 32_000, layers });
  const operators = expand({ model, step: decode });
  const made = named(operators, "attention/position-bias");
  assert.deepEqual([made.count, made.read, made.written], [1, 2 * 32 * 32, 2 * 32 * 4096]);
  const plain = named(expand({ model: of(layer(0)), step: decode }), "attention/softmax");
  assert.equal(plain.read, 2 * (2 * 32 * 128 + 2 * 4096 * 8 * 256 + 32 * 4096));
  assert.ok(operators.every(({ name }) => name !== "attention/rotary"));
});

test("expand() of a naive latent prompt multiplies 192 wide keys and 128 wide values", () => {
  const step = { segments: [{ sequences: 1, query: 100, prefix: 0 }] };
  const { flops } = named(expand({ model: DEEPSEEK_V3, step }), "attention/softmax");
  assert.equal(flops, 2 * ((100 * 101) / 2) * 128 * (192 + 128));
});

test("expand() of devices that share experts does together the products of one group a token", () => {
  const step = { segments: [{ sequences: 8, query: 1, prefix: 0 }] };
  const alone = named(expand({ model: MIXTRAL, step }), "experts/routed").flops;
  for (const expert of [1, 2, 4]) {
    const parallel = { tensor: 2, data: 2, pipeline: 1, expert };
    const { flops } = named(expand({ model: MIXTRAL, step, parallel }), "experts/routed");
    assert.equal(4 * flops, 2 * alone);
  }
});

test("expand() fuses each residual sum with a norm, and lists norms and sums left over", () => {
  const counts = (count: number): readonly (readonly [string, number])[] => {
    const [run] = LLAMA_8B.stacks[0]?.layers ?? [];
    assert(run !== undefined);
    const layer = { ...run.layer, norms: { count, norm: "rms" } as const };
    return expand({ model: of(layer), step: decode })
      .filter(({ name }) => name.startsWith("norm/") && name !== "norm/final")
      .map((operator) => [operator.name, operator.count] as const);
  };
  assert.deepEqual(counts(2), [["norm/add", 2]]);
  assert.deepEqual(counts(4), [
    ["norm/add", 2],
    ["norm/alone", 2],
  ]);
  assert.deepEqual(counts(1), [
    ["norm/add", 1],
    ["norm/sum", 1],
  ]);
});

test("expand() of Mamba-2 reads and writes each state once, with 6 FLOPs a token and value", () => {
  const mamba = {
    kind: "state-space",
    version: 2,
    inner: 8192,
    state: 128,
    heads: 128,
    groups: 8,
    conv: 4,
    stepRank: 0,
    bias: false,
  } as const;
  const model = of({ mixers: [mamba], feedForward: null, norms });
  const { flops, written } = named(expand({ model, step: decode }), "attention/scan");
  assert.equal(flops, 6 * 2 * 8192 * 128);
  assert.equal(written, 2 * (8192 * 128 + 8192) * 2);
});

test("expand() of the gated delta rule does 7 FLOPs a token and value of state", () => {
  const rule = {
    kind: "delta-rule",
    keyHeads: 16,
    valueHeads: 32,
    keyDim: 128,
    valueDim: 128,
    conv: 4,
  } as const;
  const model = of({ mixers: [rule], feedForward: null, norms });
  const { flops } = named(expand({ model, step: decode }), "attention/scan");
  assert.equal(flops, 7 * 2 * 32 * 128 * 128);
});

const ENCODER: Stack = {
  role: "audio",
  hidden: 1280,
  embedding: { kind: "frames", mels: 128, kernel: 3, frames: 3000, positions: 1500 },
  layers: [],
  finalNorm: "layer",
  head: null,
};

test("expand() of Whisper's frames runs the first convolution on twice the positions of the second", () => {
  const model: Transformer = {
    kind: "transformer",
    id: "whisper",
    name: "whisper",
    source: "test",
    numerics: BF16_NUMERICS,
    stacks: [ENCODER],
  };
  const step = { segments: [{ sequences: 1, query: 1500, prefix: 0 }] };
  const operators = expand({ model, step });
  assert.equal(named(operators, "embedding/frames").flops, 2 * 3000 * 128 * 3 * 1280);
  assert.equal(named(operators, "embedding/halve").flops, 2 * 1500 * 1280 * 3 * 1280);
});

test("expand() of cross-attention projects the source's keys at the first step only", () => {
  const cross = { ...GQA, causal: false, cross: true };
  const model = of({ mixers: [cross], feedForward: null, norms });
  const at = (prefix: number): readonly Operator[] =>
    expand({ model, step: { segments: [{ sequences: 2, query: 1, prefix, source: 1500 }] } });
  assert.equal(named(at(0), "attention/cross-kv").flops, 2 * 3000 * 4096 * 2048);
  assert(!at(1).some(({ name }) => name === "attention/cross-kv"));
  assert.equal(named(at(1), "attention/cross").flops, 2 * 2 * 1500 * 32 * 256);
});
