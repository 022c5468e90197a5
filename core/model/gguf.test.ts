import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memorySource } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { ggufBytes, text, u32, u64 } from "./_gguf-bytes.test.ts";
import type { Entry, TensorLine } from "./_gguf-bytes.test.ts";
import { decodeGguf } from "./gguf.ts";
import { parameterCount } from "./parameter-count.ts";

const F32 = 0;
const Q4_K = 12;
const Q6_K = 14;

const H = 256;
const FFN = 512;
const LAYERS = 2;
const VOCAB = 1000;

const ENTRIES: readonly Entry[] = [
  ["general.architecture", "llama"],
  ["general.name", "Tiny"],
  ["llama.block_count", LAYERS],
  ["llama.embedding_length", H],
  ["llama.feed_forward_length", FFN],
  ["llama.context_length", 4096],
  ["llama.attention.head_count", 4],
  ["llama.attention.head_count_kv", 2],
  ["tokenizer.ggml.tokens", Array.from({ length: VOCAB }, (_, index) => `token ${index}`)],
];

function layerTensors(index: number): readonly TensorLine[] {
  const at = (name: string, shape: readonly number[], type: number): TensorLine => ({
    name: `blk.${index}.${name}.weight`,
    shape,
    type,
  });
  return [
    at("attn_norm", [H], F32),
    at("attn_q", [H, H], Q4_K),
    at("attn_k", [H, H / 2], Q4_K),
    at("attn_v", [H, H / 2], Q6_K),
    at("attn_output", [H, H], Q4_K),
    at("ffn_norm", [H], F32),
    at("ffn_gate", [H, FFN], Q4_K),
    at("ffn_up", [H, FFN], Q4_K),
    at("ffn_down", [FFN, H], Q6_K),
  ];
}

const TENSORS: readonly TensorLine[] = [
  { name: "token_embd.weight", shape: [H, VOCAB], type: Q6_K },
  { name: "output_norm.weight", shape: [H], type: F32 },
  { name: "output.weight", shape: [H, VOCAB], type: Q6_K },
  ...layerTensors(0),
  ...layerTensors(1),
];

const TINY = ggufBytes(ENTRIES, TENSORS);

function decoded(bytes: Uint8Array): ReturnType<typeof decodeGguf> {
  return decodeGguf(memorySource(bytes), { source: "test.gguf" });
}

test("decodeGguf() counts the parameters its tensors have", async () => {
  const model = await decoded(TINY);
  assert.ok(model.ok, JSON.stringify(model));
  const listed = TENSORS.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  assert.equal(parameterCount(model.value).total, listed);
  assert.equal(model.value.name, "Tiny");
});

test("decodeGguf() gives the true bits a weight of each part", async () => {
  const model = await decoded(TINY);
  assert.ok(model.ok);
  const q4 = 2 * H * H + (H * H) / 2 + 2 * H * FFN;
  const q6 = (H * H) / 2 + H * FFN;
  const mean = (4.5 * q4 + 6.5625 * q6) / (q4 + q6);
  assert.ok(Math.abs(model.value.numerics.linear.bits - mean) < 1e-9);
  assert.equal(model.value.numerics.linear.name, "q4_k");
  assert.equal(model.value.numerics.embedding.bits, 6.5625);
});

test("decodeGguf() of a file without an output matrix ties the head", async () => {
  const model = await decoded(
    ggufBytes(
      ENTRIES,
      TENSORS.filter(({ name }) => name !== "output.weight"),
    ),
  );
  assert.ok(model.ok);
  const head = model.value.stacks[0]?.head;
  assert.ok(head?.kind === "tokens" && head.tied);
});

test("decodeGguf() reads only the header of a file of 400 GB", async () => {
  let read = 0;
  const huge: ByteSource = {
    size: 400e9,
    read: (offset, length) => {
      read += length;
      const bytes = new Uint8Array(length);
      bytes.set(TINY.subarray(offset, offset + length));
      return bytes;
    },
  };
  const model = await decodeGguf(huge, { source: "huge.gguf" });
  assert.ok(model.ok);
  assert.ok(read <= 2 ** 21, `${read} bytes read`);
});

test("decodeGguf() refuses metadata that contradicts the tensors", async () => {
  const deeper = ENTRIES.map((entry): Entry =>
    entry[0] === "llama.block_count" ? [entry[0], 4] : entry,
  );
  const model = await decoded(ggufBytes(deeper, TENSORS));
  assert.ok(!model.ok);
  assert.deepEqual(model.error.path, ["tensors"]);
});

test("decodeGguf() names the metadata key of a figure that is missing", async () => {
  const model = await decoded(
    ggufBytes(
      ENTRIES.filter(([key]) => !key.includes("head_count")),
      TENSORS,
    ),
  );
  assert.ok(!model.ok);
  assert.deepEqual(model.error.path, ["metadata", "llama.attention.head_count"]);
});

test("decodeGguf() reads latent attention and experts of a DeepSeek file", async () => {
  const entries: readonly Entry[] = [
    ["general.architecture", "deepseek2"],
    ...ENTRIES.filter(([key]) => key.startsWith("llama.") && !key.includes("kv")).map(
      ([key, value]): Entry => [key.replace("llama", "deepseek2"), value],
    ),
    ["deepseek2.attention.head_count_kv", 1],
    ["deepseek2.attention.key_length", 64 + 32],
    ["deepseek2.attention.key_length_mla", 96],
    ["deepseek2.attention.value_length_mla", 64],
    ["deepseek2.attention.kv_lora_rank", 64],
    ["deepseek2.rope.dimension_count", 32],
    ["deepseek2.expert_count", 8],
    ["deepseek2.expert_used_count", 2],
    ["deepseek2.expert_feed_forward_length", 128],
    ["deepseek2.leading_dense_block_count", 1],
    ["split.tensors.count", 99],
    ["tokenizer.ggml.tokens", ["a", "b"]],
  ];
  const model = await decoded(ggufBytes(entries, []));
  assert.ok(model.ok, JSON.stringify(model));
  const [dense, sparse] = model.value.stacks[0]?.layers ?? [];
  const mixer = dense?.layer.mixers[0];
  assert.ok(mixer?.kind === "latent-attention");
  assert.deepEqual([mixer.kvRank, mixer.nopeDim, mixer.ropeDim, mixer.valueDim], [64, 64, 32, 64]);
  assert.deepEqual(
    [dense?.layer.feedForward?.kind, sparse?.layer.feedForward?.kind],
    ["dense", "experts"],
  );
});

const START = [0x47, 0x47, 0x55, 0x46, ...u32(3)];
const HOSTILE: readonly (readonly [what: string, bytes: readonly number[]])[] = [
  ["nothing", []],
  ["another magic", [1, 2, 3, 4, 5, 6, 7, 8]],
  ["a version of the future", [0x47, 0x47, 0x55, 0x46, ...u32(99), ...u64(0), ...u64(0)]],
  ["2^63 tensors", [...START, ...u64(2n ** 63n), ...u64(0)]],
  ["2^63 entries", [...START, ...u64(0), ...u64(2n ** 63n)]],
  ["a string of 2^60 bytes", [...START, ...u64(0), ...u64(1), ...u64(2n ** 60n)]],
  [
    "a list of 2^60 strings",
    [...START, ...u64(0), ...u64(1), ...text("key"), ...u32(9), ...u32(8), ...u64(2n ** 60n)],
  ],
  [
    "a list of lists",
    [...START, ...u64(0), ...u64(1), ...text("key"), ...u32(9), ...u32(9), ...u64(1)],
  ],
  ["an unknown type", [...START, ...u64(0), ...u64(1), ...text("key"), ...u32(77), 0, 0, 0, 0]],
];

for (const [what, bytes] of HOSTILE) {
  test(`decodeGguf() refuses ${what}`, async () => {
    assert.ok(!(await decoded(new Uint8Array(bytes))).ok);
  });
}

test("decodeGguf() refuses a shape whose size overflows", async () => {
  const size = 2 ** 31;
  const wide = [{ name: "w", shape: [size, size, size], type: F32 }];
  assert.ok(!(await decoded(ggufBytes(ENTRIES, wide))).ok);
});

test("decodeGguf() ends soon on endless empty strings", async () => {
  const start = new Uint8Array([
    ...START,
    ...u64(0),
    ...u64(1),
    ...text("key"),
    ...u32(9),
    ...u32(8),
    ...u64(2 ** 34),
  ]);
  const endless: ByteSource = {
    size: 2 ** 40,
    read: (offset, length) => {
      const bytes = new Uint8Array(length);
      if (offset < start.length) bytes.set(start.subarray(offset, offset + length));
      return bytes;
    },
  };
  const model = await decodeGguf(endless, { source: "endless.gguf" });
  assert.ok(!model.ok);
});

test("decodeGguf() of any cut or change of a file is a model or a refusal, never a throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(TINY.length), fc.nat(2000), fc.nat(255), async (length, at, byte) => {
      const bytes = TINY.slice(0, Math.max(length, at + 1));
      bytes[at % bytes.length] = byte;
      assert.equal(typeof (await decoded(bytes)).ok, "boolean");
    }),
    { numRuns: 300 },
  );
});
