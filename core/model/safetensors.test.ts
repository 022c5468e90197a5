import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { memorySource } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { u64 } from "./_gguf-bytes.test.ts";
import { parameterCount } from "./parameter-count.ts";
import { readModel } from "./read-model.ts";

const H = 256;

function layerShapes(
  index: number,
): readonly (readonly [name: string, shape: readonly number[]])[] {
  const at = (name: string, ...shape: number[]) =>
    [`model.layers.${index}.${name}.weight`, shape] as const;
  return [
    at("self_attn.q_proj", H, H),
    at("self_attn.k_proj", 128, H),
    at("self_attn.v_proj", 128, H),
    at("self_attn.o_proj", H, H),
    at("mlp.gate_proj", 512, H),
    at("mlp.up_proj", 512, H),
    at("mlp.down_proj", H, 512),
    at("input_layernorm", H),
    at("post_attention_layernorm", H),
  ];
}

const SHAPES = [
  ["model.embed_tokens.weight", [1000, H]],
  ["model.norm.weight", [H]],
  ["lm_head.weight", [1000, H]],
  ...layerShapes(0),
  ...layerShapes(1),
] as const;

function headerBytes(
  shapes: readonly (readonly [string, readonly number[]])[],
  dtype = "BF16",
): Uint8Array {
  const entries = shapes.map(([name, shape]) => [name, { dtype, shape, data_offsets: [0, 0] }]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  return new Uint8Array([...u64(json.length), ...json]);
}

const CONFIG = {
  model_type: "llama",
  hidden_size: H,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  num_key_value_heads: 1,
  intermediate_size: 512,
  vocab_size: 1000,
  max_position_embeddings: 4096,
  torch_dtype: "bfloat16",
};

function jsonSource(value: unknown): ByteSource {
  return memorySource(new TextEncoder().encode(JSON.stringify(value)));
}

function folder(
  files: Readonly<Record<string, ByteSource>>,
): (name: string) => Promise<ByteSource | null> {
  return (name) => Promise.resolve(Object.hasOwn(files, name) ? (files[name] ?? null) : null);
}

const LISTED = SHAPES.reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);

test("readModel() of safetensors takes the configuration beside it", async () => {
  const beside = folder({ "config.json": jsonSource(CONFIG) });
  const model = await readModel({
    bytes: memorySource(headerBytes(SHAPES)),
    source: "a.safetensors",
    beside,
  });
  assert.ok(model.ok, JSON.stringify(model));
  assert.equal(parameterCount(model.value).total, LISTED);
});

test("readModel() of safetensors alone infers the architecture and says so", async () => {
  const model = await readModel({
    bytes: memorySource(headerBytes(SHAPES)),
    source: "a.safetensors",
  });
  assert.ok(model.ok && model.value.kind === "transformer", JSON.stringify(model));
  assert.equal(parameterCount(model.value).total, LISTED);
  assert.match(model.value.assumptions?.join() ?? "", /no config.json/u);
});

test("readModel() of safetensors refuses a configuration of another model", async () => {
  const beside = folder({ "config.json": jsonSource({ ...CONFIG, num_hidden_layers: 3 }) });
  const model = await readModel({
    bytes: memorySource(headerBytes(SHAPES)),
    source: "a.safetensors",
    beside,
  });
  assert.ok(!model.ok);
  assert.deepEqual(model.error.path, ["header", "tensors"]);
});

test("readModel() of an index reads the shards it names", async () => {
  const names = SHAPES.map(([name], index) => [name, `model-${index % 2}.safetensors`] as const);
  const shard = (which: number): ByteSource =>
    memorySource(headerBytes(SHAPES.filter((_, index) => index % 2 === which)));
  const files = {
    "config.json": jsonSource(CONFIG),
    "model-0.safetensors": shard(0),
    "model-1.safetensors": shard(1),
  };
  const index = jsonSource({ weight_map: Object.fromEntries(names) });
  const model = await readModel({
    bytes: index,
    source: "model.safetensors.index.json",
    beside: folder(files),
  });
  assert.ok(model.ok, JSON.stringify(model));
  assert.equal(parameterCount(model.value).total, LISTED);
});

test("readModel() of an index opens no file outside its folder", async () => {
  for (const name of ["../secret.safetensors", "/etc/passwd", "a/b.safetensors", "..safetensors"]) {
    const asked: string[] = [];
    const beside = (file: string): Promise<null> => {
      asked.push(file);
      return Promise.resolve(null);
    };
    const model = await readModel({
      bytes: jsonSource({ weight_map: { w: name } }),
      source: "i.json",
      beside,
    });
    assert.ok(!model.ok);
    assert.deepEqual(asked, []);
  }
});

test("readModel() tells configurations by their content", async () => {
  const model = await readModel({ bytes: jsonSource(CONFIG), source: "whatever" });
  assert.ok(model.ok);
});

test("readModel() refuses JSON of 100 MB before it reads it", async () => {
  const read: number[] = [];
  const bytes: ByteSource = {
    size: 100e6,
    read: (_, length) => {
      read.push(length);
      return new Uint8Array(length).fill(0x20);
    },
  };
  assert.ok(!(await readModel({ bytes, source: "config.json" })).ok);
  assert.ok(read.every((length) => length < 100));
});

test("readModel() of deep nesting is a refusal", async () => {
  const text = `{"text_config":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  const bytes = memorySource(new TextEncoder().encode(text));
  assert.ok(!(await readModel({ bytes, source: "deep" })).ok);
});

const HEADERS: readonly (readonly [what: string, json: string, length?: bigint])[] = [
  ["a length past the file", "{}", 2n ** 62n],
  ["text that is no JSON", "{oops}"],
  ["a shape that is no list", '{"w":{"dtype":"F16","shape":7}}'],
  ["a negative size", '{"w":{"dtype":"F16","shape":[-1]}}'],
  ["a size past 2^53", '{"w":{"dtype":"F16","shape":[2147483647,2147483647,2147483647]}}'],
  ["an unknown dtype", '{"w":{"dtype":"Q9","shape":[1]}}'],
  ["no tensors", "{}"],
];

for (const [what, json, length] of HEADERS) {
  test(`readModel() of safetensors with ${what} is a refusal`, async () => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array([...u64(length ?? text.length), ...text, ...u64(0)]);
    assert.ok(!(await readModel({ bytes: memorySource(bytes), source: "x.safetensors" })).ok);
  });
}

test("readModel() of any bytes is a refusal or a model, never a throw", async () => {
  const start = fc.constantFrom(
    [],
    [0x47, 0x47, 0x55, 0x46, 3, 0, 0, 0],
    [...u64(12), 0x7b],
    [0x7b],
  );
  await fc.assert(
    fc.asyncProperty(start, fc.uint8Array({ maxLength: 200 }), async (head, tail) => {
      const bytes = new Uint8Array([...head, ...tail]);
      assert.equal(
        typeof (await readModel({ bytes: memorySource(bytes), source: "x" })).ok,
        "boolean",
      );
    }),
    { numRuns: 500 },
  );
});
