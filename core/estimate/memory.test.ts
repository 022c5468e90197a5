import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogue, type Device } from "../catalogue/index.ts";
import {
  decodeModelEntry,
  parameterCount,
  plainAttention,
  type Layer,
  type ModelEntry,
  type Transformer,
} from "../model/index.ts";
import { expand, SINGLE_DEVICE, weightBytes } from "../operators/index.ts";
import type { Numerics } from "../precision.ts";
import { dated, decodeEngine, engineOn, enginesOn } from "./engine.ts";
import logged from "./fixtures/kv-cache-logs.json" with { type: "json" };
import { memory } from "./memory.ts";
import type { Engine, Load, Memory, Placement } from "./types.ts";

const GIB = 2 ** 30;
const FOLDER = new URL("../../catalogue/engines/", import.meta.url);

const engines: readonly Engine[] = readdirSync(FOLDER).map((file) => {
  const read = decodeEngine(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")));
  assert(read.ok, `${file}: ${JSON.stringify(read)}`);
  return read.value;
});

function engineNamed(id: string): Engine {
  const found = engines.find((engine) => engine.id === id);
  assert(found !== undefined);
  return found;
}

function device(visible: number, isLinked = true): Device {
  return {
    id: "d",
    name: "D",
    vendor: "NVIDIA",
    kind: "gpu",
    status: "shipping",
    peak: { bf16: 1e15, fp8: 2e15 },
    memory: { visible },
    ...(isLinked ? { link: { bandwidth: 450e9, domain: 8 } } : {}),
    assumptions: [],
  };
}

type Log = (typeof logged.logs)[number];

function entryNamed(id: string): Transformer {
  const entry = (catalogue.models as readonly ModelEntry[]).find((each) => each.id === id);
  assert(entry !== undefined, id);
  const read = decodeModelEntry(entry);
  assert(read.ok && read.value.kind === "transformer");
  return read.value;
}

function numericsOf({ weightBits }: Pick<Log, "weightBits">): Numerics {
  const bf16 = { name: "bf16", bits: 16 };
  const weights = { name: "weights", bits: weightBits };
  return {
    name: "logged",
    linear: weights,
    experts: weights,
    embedding: bf16,
    head: bf16,
    activations: bf16,
    kv: bf16,
    compute: { linear: "bf16", experts: "bf16", head: "bf16", attention: "bf16" },
  };
}

function modelOf(log: Log): Transformer {
  if ("entry" in log && log.entry !== undefined) return entryNamed(log.entry);
  const { model, architecture, weightBits } = log;
  assert(architecture !== undefined);
  const { hidden, layers, heads, kvHeads, headDim, vocab, gated, tied } = architecture;
  const { intermediate } = architecture;
  const mixer: Layer["mixers"][number] =
    "latent" in architecture && architecture.latent !== undefined
      ? { kind: "latent-attention", heads, ...architecture.latent, indexer: null }
      : plainAttention(heads, kvHeads, headDim);
  const layer = (feedForward: Layer["feedForward"]): Layer => ({
    mixers: [mixer],
    feedForward,
    norms: { count: 2, norm: "rms" },
  });
  const first = "dense" in architecture ? architecture.dense : undefined;
  const dense = { kind: "dense", gated, bias: false } as const;
  const main: Layer["feedForward"] =
    "experts" in architecture && architecture.experts !== undefined
      ? {
          kind: "experts",
          count: architecture.experts,
          active: architecture.active,
          intermediate,
          gated,
          bias: false,
          shared:
            "shared" in architecture && architecture.shared !== undefined
              ? { intermediate: architecture.shared, gate: false }
              : null,
          routerBias: false,
        }
      : { ...dense, intermediate };
  const lead = first?.layers ?? 0;
  return {
    kind: "transformer",
    id: model,
    name: model,
    source: "log",
    numerics: numericsOf({ weightBits }),
    stacks: [
      {
        role: "decoder",
        hidden,
        embedding: {
          kind: "tokens",
          vocab,
          width: null,
          positions: 0,
          types: 0,
          norm: null,
          shared: false,
        },
        layers: [
          ...(first === undefined
            ? []
            : [{ count: lead, layer: layer({ ...dense, intermediate: first.intermediate }) }]),
          { count: layers - lead, layer: layer(main) },
        ],
        finalNorm: "rms",
        head: { kind: "tokens", vocab, tied, bias: false, transform: false },
      },
    ],
  };
}

/** The engine in the month that stands with the version logged; FlashInfer samples without sorted copies. */
function engineOf(log: Log): Engine {
  const month = /\d{4}-\d{2}/.exec(log.version)?.[0];
  assert(month !== undefined, log.id);
  const engine = dated(engineNamed(log.engine), month);
  return "logitBytes" in log ? { ...engine, logitBytes: log.logitBytes } : engine;
}

function budget(log: Log): Memory {
  const { tiers: _, ...engine } = engineOf(log);
  const model = modelOf(log);
  const placement: Placement = {
    parallel: { ...SINGLE_DEVICE, tensor: log.tensor, pipeline: log.pipeline },
    replicas: 1,
    numerics: "entry" in log && log.weightBits === 16 ? model.numerics : numericsOf(log),
    engine: {
      ...engine,
      memory: { ...engine.memory, fraction: log.fraction },
      block: log.block,
      stepTokensMax: log.stepTokensMax,
      sequencesMax: log.sequencesMax,
    },
  };
  const system = { device: device(log.visibleGiB * GIB, !("linked" in log)) };
  const answer = memory({ model, system, placement });
  assert(!("kind" in answer), JSON.stringify(answer));
  return answer;
}

/** Predicted over logged tokens, less one. */
function off(log: Log): number {
  return budget(log).tokensMax / log.tokens - 1;
}

function shown(log: Log): string {
  return `${log.id}: logged ${log.tokens}, off by ${(100 * off(log)).toFixed(1)} %`;
}

test("memory() holds as many tokens as engines logged, within 5 %", (context) => {
  const stated = logged.logs.filter((log) => !("aside" in log));
  for (const log of stated) context.diagnostic(shown(log));
  const errors = stated.map((log) => Math.abs(off(log))).toSorted((a, b) => a - b);
  const within = errors.filter((error) => error <= 0.05).length;
  const median = errors[Math.floor(errors.length / 2)] ?? 1;
  context.diagnostic(`${within} of ${stated.length} within 5 %`);
  assert.ok(stated.length >= 35);
  assert.ok(median <= 0.01, `median ${median}`);
  assert.equal(within, stated.length);
});

test("memory() of logs that lack a condition is printed beside them, with what is lacking", (context) => {
  for (const log of logged.logs) {
    if ("aside" in log) context.diagnostic(`${shown(log)}; ${log.aside}`);
  }
});

const LLAMA = logged.logs.find(({ id }) => id === "llama-3-8b-h100");
assert(LLAMA !== undefined);

function ask(change: {
  readonly engine?: string;
  readonly visible?: number;
  readonly load?: Load;
  readonly tensor?: number;
  readonly data?: number;
}): ReturnType<typeof memory> {
  const { engine = "vllm", visible = 80 * GIB, load, tensor = 1, data = 1 } = change;
  assert(LLAMA !== undefined);
  const model = modelOf(LLAMA);
  return memory({
    model,
    system: { device: device(visible) },
    placement: {
      parallel: { ...SINGLE_DEVICE, tensor, data },
      replicas: 1,
      numerics: model.numerics,
      engine: engineNamed(engine),
    },
    ...(load === undefined ? {} : { load }),
  });
}

function held(answer: ReturnType<typeof memory>): Memory {
  assert(!("kind" in answer), JSON.stringify(answer));
  return answer;
}

test("memory() parts and cache add up to what the engine takes", () => {
  for (const id of ["vllm", "static"]) {
    const { capacity, weights, activations, communication, runtime, cache } = held(
      ask({ engine: id }),
    );
    const { fraction } = engineNamed(id).memory;
    const parts = weights + activations + communication + runtime + cache;
    assert(Math.abs(parts / (fraction * capacity) - 1) < 1e-12);
  }
});

test("memory() of an engine that shares out free memory leaves a tenth of it", () => {
  const parts = held(ask({ engine: "tensorrt-llm" }));
  const free = parts.capacity - parts.weights - parts.activations - parts.runtime;
  assert(Math.abs(parts.cache / free - 0.9) < 1e-12);
});

test("memory() keeps buffers for exchanges between devices with links, and none where the host carries them", () => {
  assert(LLAMA !== undefined);
  const buffers = (isLinked: boolean, tensor: number): number => {
    const model = modelOf(LLAMA);
    const parallel = { ...SINGLE_DEVICE, tensor };
    const engine = engineNamed("vllm");
    const placement = { parallel, replicas: 1, numerics: model.numerics, engine };
    const system = { device: device(80 * GIB, isLinked) };
    return held(memory({ model, system, placement })).communication;
  };
  assert.deepEqual([buffers(true, 1), buffers(true, 2), buffers(false, 2)], [0, 1.85 * GIB, 0]);
});

test("memory() keeps latent attention's up-projection a second time, in BF16, each rank its heads", () => {
  const model = entryNamed("deepseek-v3");
  const parallel = { ...SINGLE_DEVICE, tensor: 8 };
  const placement = {
    parallel,
    replicas: 1,
    numerics: model.numerics,
    engine: engineNamed("vllm"),
  };
  const { weights } = held(memory({ model, system: { device: device(140 * GIB) }, placement }));
  const copies = (61 * 128 * 512 * (128 + 128) * 2) / 8;
  assert.equal(weights - weightBytes({ model, parallel }), copies);
});

test("memory() of two data-parallel groups holds twice the tokens of one", () => {
  assert.equal(held(ask({ data: 2 })).bytesPerToken, held(ask({})).bytesPerToken);
  const one = held(ask({ tensor: 2 })).tokensMax;
  assert.equal(held(ask({ tensor: 2, data: 2 })).tokensMax, 2 * one);
});

test("memory() grows tokens with the device and never holds a part of a block", () => {
  const small = held(ask({ visible: 60 * GIB }));
  const large = held(ask({ visible: 80 * GIB }));
  assert(large.tokensMax > small.tokensMax);
  assert.equal(large.tokensMax % 16, 0);
});

test("memory() says what is missing where weights do not fit", () => {
  const answer = ask({ visible: 16 * GIB });
  assert("kind" in answer && answer.reason === "memory");
  assert((answer.needed ?? 0) > (answer.available ?? Infinity));
});

test("memory() refuses a load of which not one request fits the cache", () => {
  const long = { mean: 1e6, variation: 0 };
  const answer = ask({
    load: { input: long, output: { mean: 1, variation: 0 }, cached: 0, concurrency: 1 },
  });
  assert("kind" in answer && answer.reason === "cache");
});

test("memory() refuses a split and a device without figures, with the reason", () => {
  const split = ask({ tensor: 3 });
  assert("kind" in split && split.reason === "split");
});

test("engineOn() takes the larger defaults on large devices that multiply in FP8", () => {
  const vllm = engineNamed("vllm");
  assert.equal(engineOn(vllm, device(24 * GIB)).stepTokensMax, 2048);
  const large = engineOn(vllm, device(79 * GIB));
  assert.equal(large.stepTokensMax, 8192);
  assert.equal(large.sequencesMax, 1024);
  assert.equal(engineOn(vllm, { ...device(79 * GIB), peak: { bf16: 1e15 } }).sequencesMax, 256);
  assert.deepEqual(engineOn(large, device(79 * GIB)), large);
});

test("enginesOn() lists the engines of a device's vendor", () => {
  const ids = (vendor: string): readonly string[] =>
    enginesOn(engines, { ...device(80 * GIB), vendor }).map(({ id }) => id);
  assert.deepEqual(ids("AMD"), ["sglang", "static", "vllm"]);
  assert.deepEqual(ids("NVIDIA"), ["sglang", "static", "tensorrt-llm", "vllm"]);
});

test("decodeEngine() refuses a default without a unit, an unknown key and a share above all", () => {
  const good = JSON.parse(readFileSync(new URL("vllm.json", FOLDER), "utf8"));
  const refused = (change: object) => decodeEngine({ ...good, ...change });
  assert.deepEqual(refused({ communication: "12" }).ok, false);
  assert.deepEqual(refused({ speed: 1 }).ok, false);
  assert.deepEqual(refused({ memory: { fraction: 1.2, of: "total" } }).ok, false);
  assert.equal(refused({}).ok, true);
});

test("memory() keeps 110,592 bytes of activations a token of Llama-3-8B, as vLLM's logs show", () => {
  const [twenty, twentyNine] = ["llama-3.1-8b-3090-20k", "llama-3.1-8b-3090-29k"].map((id) => {
    const log = logged.logs.find((each) => each.id === id);
    assert(log !== undefined);
    return budget(log).activations;
  });
  assert(twenty !== undefined && twentyNine !== undefined);
  assert.equal((twentyNine - twenty) / 9000, 110_592);
});

test("memory() counts a full window as fixed and an open one as growing", () => {
  assert(LLAMA !== undefined);
  const model = modelOf(LLAMA);
  const windowed: Transformer = {
    ...model,
    stacks: model.stacks.map((stack) => ({
      ...stack,
      layers: stack.layers.map(({ count, layer }) => ({
        count,
        layer: {
          ...layer,
          mixers: layer.mixers.map((mixer) =>
            mixer.kind === "attention" ? { ...mixer, window: 1024 } : mixer,
          ),
        },
      })),
    })),
  };
  const at = (tokens: number): Memory => {
    const length = { mean: tokens / 2, variation: 0 };
    return held(
      memory({
        model: windowed,
        system: { device: device(80 * GIB) },
        placement: {
          parallel: SINGLE_DEVICE,
          replicas: 1,
          numerics: model.numerics,
          engine: engineNamed("vllm"),
        },
        load: { input: length, output: length, cached: 0, concurrency: 1 },
      }),
    );
  };
  assert.equal(at(1000).bytesPerToken, 131_072);
  assert.equal(at(1000).bytesPerSequence, 0);
  assert.equal(at(8192).bytesPerToken, 0);
  assert.equal(at(8192).bytesPerSequence, 1024 * 131_072);
});

const entries = catalogue.models as readonly ModelEntry[];
const transformers: readonly Transformer[] = entries.flatMap((entry) => {
  const read = decodeModelEntry(entry);
  assert(read.ok);
  return read.value.kind === "transformer" ? [read.value] : [];
});

test("weightBytes() of every catalogue model is its parameters, counted on another way", () => {
  const sixteen = { name: "16 bit", bits: 16 };
  const stored = { linear: sixteen, experts: sixteen, embedding: sixteen, head: sixteen };
  for (const model of transformers) {
    const numerics: Numerics = { ...model.numerics, ...stored, activations: sixteen };
    const bytes = weightBytes({ model, numerics, parallel: SINGLE_DEVICE });
    assert.equal(bytes, 2 * parameterCount(model).total, model.id);
  }
  assert(transformers.length >= 250);
});

test("expand() of every stack of every catalogue model is finite and does work", () => {
  for (const model of transformers) {
    for (const stack of model.stacks.keys()) {
      const segments = [{ sequences: 2, query: 16, prefix: 0, source: 64 }];
      const operators = expand({ model, step: { segments, stack } });
      assert(operators.some(({ flops }) => flops > 0));
      for (const { name, count, flops, read, written } of operators) {
        const sizes = [count, flops, read, written];
        assert(
          sizes.every((size) => Number.isFinite(size) && size >= 0),
          `${model.id}: ${name}`,
        );
      }
    }
  }
});
