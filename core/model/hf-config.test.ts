import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeHfConfig } from "./hf-config.ts";
import type { Layer, Transformer } from "./model.ts";
import { parameterCount } from "./parameter-count.ts";

const LLAMA = {
  model_type: "llama",
  hidden_size: 4096,
  num_hidden_layers: 32,
  num_attention_heads: 32,
  num_key_value_heads: 8,
  intermediate_size: 14336,
  vocab_size: 128256,
  max_position_embeddings: 8192,
  torch_dtype: "bfloat16",
};

function read(config: unknown): Transformer {
  const model = decodeHfConfig(config, "test");
  assert.ok(model.ok, JSON.stringify(model));
  return model.value;
}

/** Layers one by one. */
function layersOf(model: Transformer): readonly Layer[] {
  const runs = model.stacks.at(-1)?.layers ?? [];
  return runs.flatMap(({ count, layer }) => Array.from({ length: count }, () => layer));
}

function windowsOf(model: Transformer): readonly (number | null | undefined)[] {
  return layersOf(model).map(({ mixers }) =>
    mixers[0]?.kind === "attention" ? mixers[0].window : undefined,
  );
}

test("decodeHfConfig() of T5EncoderModel is the encoder of the whole, whose layers all read the first one's biases", () => {
  const config = {
    model_type: "t5",
    d_model: 512,
    d_ff: 2048,
    d_kv: 64,
    num_layers: 6,
    num_heads: 8,
    vocab_size: 32128,
  };
  const alone = read({ ...config, architectures: ["T5EncoderModel"] });
  const whole = read({ ...config, architectures: ["T5ForConditionalGeneration"] });
  assert.deepEqual(alone.stacks, whole.stacks.slice(0, 1));
  const mixers = layersOf(alone).map(({ mixers: [first] }) =>
    first?.kind === "attention" ? [first.positions, first.relativeBuckets] : [],
  );
  assert.deepEqual(mixers, [["bias", 32], ...Array.from({ length: 5 }, () => ["bias", 0])]);
});

test("decodeHfConfig() of Llama 3 8B has 8,030,261,248 parameters", () => {
  assert.equal(parameterCount(read(LLAMA)).total, 8_030_261_248);
});

const REFUSALS: readonly (readonly [change: Record<string, unknown>, path: string])[] = [
  [{ hidden_size: undefined }, "hidden_size"],
  [{ hidden_size: -4096 }, "hidden_size"],
  [{ hidden_size: 4096.5 }, "hidden_size"],
  [{ hidden_size: 1e308 }, "hidden_size"],
  [{ hidden_size: "4096" }, "hidden_size"],
  [{ hidden_size: 4100 }, "num_attention_heads"],
  [{ num_attention_heads: 0 }, "num_attention_heads"],
  [{ num_key_value_heads: 5 }, "num_key_value_heads"],
  [{ num_hidden_layers: 1_000_000 }, "num_hidden_layers"],
  [{ layer_types: ["full_attention"] }, "layer_types"],
  [{ layer_types: Array.from({ length: 32 }, () => "no such") }, "layer_types"],
  [{ tie_word_embeddings: "yes" }, "tie_word_embeddings"],
  [{ num_experts: 8, num_experts_per_tok: 9 }, "num_experts_per_tok"],
  [{ torch_dtype: "float7" }, "torch_dtype"],
  [{ quantization_config: { quant_method: "magic" } }, "quantization_config"],
  [{ kv_lora_rank: 512 }, "qk_nope_head_dim"],
];

for (const [change, path] of REFUSALS) {
  test(`decodeHfConfig() refuses ${JSON.stringify(change).slice(0, 60)} at ${path}`, () => {
    const model = decodeHfConfig({ ...LLAMA, ...change }, "test");
    assert.ok(!model.ok);
    assert.equal(model.error.path[0], path);
  });
}

test("decodeHfConfig() names the field as the file spells it", () => {
  const model = decodeHfConfig(
    { model_type: "gpt2", n_embd: 0, n_layer: 1, n_head: 1, vocab_size: 9, n_positions: 9 },
    "test",
  );
  assert.ok(!model.ok);
  assert.deepEqual(model.error.path, ["n_embd"]);
});

test("decodeHfConfig() reads an unknown type with Llama's fields and says so", () => {
  const model = read({ ...LLAMA, model_type: "brand_new" });
  assert.match(model.assumptions?.join() ?? "", /"brand_new" is not known/u);
});

test("decodeHfConfig() fills in what a class fills in and says so", () => {
  const model = read({
    text_config: {
      model_type: "gemma3_text",
      hidden_size: 2560,
      intermediate_size: 10240,
      num_hidden_layers: 34,
      sliding_window: 1024,
    },
    torch_dtype: "bfloat16",
  });
  assert.match(model.assumptions?.join() ?? "", /num_attention_heads 8/u);
});

test("decodeHfConfig() of Gemma 3 sees everything in each sixth layer", () => {
  const model = read({
    ...LLAMA,
    model_type: "gemma3_text",
    head_dim: 128,
    num_hidden_layers: 12,
    sliding_window: 512,
  });
  const local = [512, 512, 512, 512, 512, null];
  assert.deepEqual(windowsOf(model), [...local, ...local]);
});

test("decodeHfConfig() of a window no shorter than the context has none", () => {
  assert.deepEqual(windowsOf(read({ ...LLAMA, num_hidden_layers: 1, sliding_window: 8192 })), [
    null,
  ]);
});

test("decodeHfConfig() heeds use_sliding_window and max_window_layers", () => {
  const qwen = { ...LLAMA, model_type: "qwen2", num_hidden_layers: 3, sliding_window: 64 };
  assert.deepEqual(windowsOf(read({ ...qwen, use_sliding_window: false })), [null, null, null]);
  const some = read({ ...qwen, use_sliding_window: true, max_window_layers: 2 });
  assert.deepEqual(windowsOf(some), [null, null, 64]);
});

test("decodeHfConfig() puts experts where first_k_dense_replace and the step say", () => {
  const moe = { ...LLAMA, num_hidden_layers: 4, num_experts: 8, num_experts_per_tok: 2 };
  const kinds = (change: object) =>
    layersOf(read({ ...moe, ...change })).map((layer) => layer.feedForward?.kind);
  assert.deepEqual(kinds({ first_k_dense_replace: 1 }), ["dense", "experts", "experts", "experts"]);
  assert.deepEqual(kinds({ decoder_sparse_step: 2 }), ["dense", "experts", "dense", "experts"]);
  assert.deepEqual(kinds({ mlp_only_layers: [0] }), ["dense", "experts", "experts", "experts"]);
});

test("decodeHfConfig() of a Nemotron-H pattern has one part a layer", () => {
  const model = read({
    ...LLAMA,
    model_type: "nemotron_h",
    num_hidden_layers: 3,
    hybrid_override_pattern: "M-*",
    mamba_num_heads: 64,
    mamba_head_dim: 64,
    ssm_state_size: 128,
  });
  const parts = layersOf(model).map((layer) => layer.mixers[0]?.kind ?? layer.feedForward?.kind);
  assert.deepEqual(parts, ["state-space", "dense", "attention"]);
});

const QUANTISED: readonly (readonly [
  config: object,
  name: string,
  bits: number,
  compute: string,
])[] = [
  [{ quant_method: "fp8", weight_block_size: [128, 128] }, "fp8-block", 8 + 32 / 16384, "fp8"],
  [{ quant_method: "awq", bits: 4, group_size: 128 }, "w4a16", 4.15625, "bf16"],
  [{ quant_method: "gptq", bits: 8, group_size: -1 }, "w8a16", 8, "bf16"],
  [{ quant_method: "modelopt", quant_algo: "NVFP4" }, "nvfp4", 4.5, "fp4"],
  [{ quant_method: "bitsandbytes", load_in_4bit: true }, "nf4", 4.5, "bf16"],
  [
    {
      quant_method: "compressed-tensors",
      config_groups: {
        group_0: {
          weights: { num_bits: 8, type: "int" },
          input_activations: { num_bits: 8, type: "int" },
        },
      },
    },
    "w8a8-int8",
    8,
    "int8",
  ],
  [
    {
      quant_method: "compressed-tensors",
      config_groups: {
        group_0: {
          weights: { num_bits: 4, type: "float", group_size: 16 },
          input_activations: { num_bits: 4, type: "float" },
        },
      },
    },
    "nvfp4",
    4.5,
    "fp4",
  ],
];

for (const [config, name, bits, compute] of QUANTISED) {
  test(`decodeHfConfig() of ${JSON.stringify(config).slice(0, 70)} stores ${bits} bits a weight`, () => {
    const { numerics } = read({ ...LLAMA, quantization_config: config });
    assert.deepEqual(
      [numerics.name, numerics.linear.bits, numerics.compute.linear],
      [name, bits, compute],
    );
    assert.equal(numerics.embedding.bits, 16);
  });
}

test("decodeHfConfig() of MXFP4 experts leaves attention in bf16", () => {
  const { numerics } = read({
    ...LLAMA,
    num_experts: 8,
    num_experts_per_tok: 2,
    quantization_config: {
      quant_method: "mxfp4",
      modules_to_not_convert: ["model.layers.*.self_attn"],
    },
  });
  assert.deepEqual([numerics.linear.bits, numerics.experts.bits], [16, 4.25]);
  assert.equal(numerics.name, "mxfp4-experts");
});

test("decodeHfConfig() reads a cache format of its own", () => {
  const { numerics } = read({
    ...LLAMA,
    quantization_config: {
      quant_method: "modelopt",
      quant_algo: "FP8",
      kv_cache_quant_algo: "FP8",
    },
  });
  assert.equal(numerics.kv.bits, 8);
});

test("decodeHfConfig() is not moved by __proto__ and constructor in the JSON", () => {
  const hostile: unknown = JSON.parse(
    '{"__proto__": {"hidden_size": 64, "polluted": 1}, "constructor": {"prototype": {}}, "model_type": "__proto__"}',
  );
  assert.ok(!decodeHfConfig(hostile, "test").ok);
  assert.equal(Reflect.get({}, "polluted"), undefined);
});

test("decodeHfConfig() of any JSON is a model or a refusal, never a throw", () => {
  const keys = fc.constantFrom(
    ...Object.keys(LLAMA),
    "layer_types",
    "text_config",
    "vision_config",
    "quantization_config",
    "kv_lora_rank",
    "ssm_state_size",
    "num_experts",
    "hybrid_override_pattern",
    "__proto__",
    "sliding_window",
  );
  const types = fc.constantFrom(
    "llama",
    "bert",
    "t5",
    "whisper",
    "clip",
    "mamba",
    "gpt2",
    "deepseek_v3",
    "dbrx",
    "vit",
  );
  const config = fc.dictionary(keys, fc.oneof(fc.jsonValue(), fc.nat(4096), types));
  fc.assert(
    fc.property(config, types, (fields, model_type) => {
      const model = decodeHfConfig({ ...LLAMA, ...fields, model_type }, "test");
      assert.equal(typeof model.ok, "boolean");
    }),
    { numRuns: 500 },
  );
});

test("decodeHfConfig() refuses an unknown architecture whose fields no Llama has, and reads one without", () => {
  const plain = {
    model_type: "unheard_of",
    hidden_size: 64,
    intermediate_size: 128,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    vocab_size: 100,
  };
  assert.ok(decodeHfConfig(plain, "here").ok);
  const foreign = decodeHfConfig({ ...plain, hc_mult: 4 }, "here");
  assert.deepEqual(foreign.ok ? null : foreign.error.path, ["hc_mult"]);
});

test("decodeHfConfig() of Qwen2.5-VL lets 28 of 32 blocks of its tower see 64 patches, and four the whole", () => {
  const tower = { depth: 32, hidden_size: 1280, num_heads: 16, patch_size: 14 };
  const windows = (change: object): readonly (number | null)[] => {
    const vision_config = { model_type: "qwen2_5_vl", ...tower, ...change };
    const { stacks } = read({ ...LLAMA, model_type: "qwen2_5_vl", vision_config });
    const runs = stacks.find(({ role }) => role === "vision")?.layers ?? [];
    return runs.flatMap(({ count, layer: { mixers } }) =>
      mixers.flatMap((mixer) =>
        mixer.kind === "attention" ? Array.from({ length: count }, () => mixer.window) : [],
      ),
    );
  };
  const seen = windows({});
  assert.deepEqual(
    seen.flatMap((window, block) => (window === null ? [block] : [])),
    [7, 15, 23, 31],
  );
  assert.deepEqual(new Set(seen), new Set([64, null]));
  assert.deepEqual(windows({ depth: 2, window_size: 56, fullatt_block_indexes: [0] }), [null, 16]);
});
