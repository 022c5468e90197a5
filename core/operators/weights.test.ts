import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeModelEntry, parameterCount } from "../model/index.ts";
import {
  BERT_LARGE,
  BF16_NUMERICS,
  DEEPSEEK_V3,
  LLAMA_70B,
  LLAMA_8B,
  MIXTRAL,
} from "./_fake-models.ts";
import {
  absorbedBytes,
  expand,
  SINGLE_DEVICE,
  weightBytes,
  type Operator,
  type Parallel,
} from "./index.ts";

const PUBLISHED = [
  [LLAMA_8B, 8_030_261_248],
  [LLAMA_70B, 70_553_706_496],
  [MIXTRAL, 46_702_792_704],
  [BERT_LARGE, 335_141_888],
] as const;

for (const [model, parameters] of PUBLISHED) {
  test(`weightBytes() of ${model.name} is two bytes each of ${parameters} published parameters`, () => {
    assert.equal(weightBytes({ model, parallel: SINGLE_DEVICE }), 2 * parameters);
  });
}

test("weightBytes() agrees with the count of parameters of a model, read independently", () => {
  for (const model of [LLAMA_8B, LLAMA_70B, MIXTRAL, BERT_LARGE, DEEPSEEK_V3]) {
    const bytes = weightBytes({ model, parallel: SINGLE_DEVICE });
    assert.equal(bytes, 2 * parameterCount(model).total, model.id);
  }
});

const weightsRead = ({ work }: Operator): number => {
  if (work.kind === "matmul") return 2 * work.n * work.k * work.batch;
  if (work.kind !== "grouped-matmul") return 0;
  return 2 * work.touched * work.hidden * work.intermediate * (work.gated ? 3 : 2);
};

test("expand() of a long prompt reads what weightBytes() keeps, but the token table and norms", () => {
  for (const model of [LLAMA_8B, MIXTRAL, DEEPSEEK_V3]) {
    const step = { segments: [{ sequences: 1, query: 4096, prefix: 0 }] };
    const read = expand({ model, step }).reduce((sum, o) => sum + o.count * weightsRead(o), 0);
    const stack = model.stacks[0];
    assert(stack?.embedding.kind === "tokens");
    const table = 2 * stack.embedding.vocab * stack.hidden;
    const kept = weightBytes({ model, parallel: SINGLE_DEVICE }) - table;
    assert(Math.abs(read / kept - 1) < 1e-4, `${model.id}: ${read} read, ${kept} kept`);
  }
});

test("weightBytes() of tensor ranks add up to the model, norms and routers being whole on each", () => {
  const whole = weightBytes({ model: LLAMA_70B, parallel: SINGLE_DEVICE });
  const norms = 2 * 161 * 8192;
  const rank = weightBytes({ model: LLAMA_70B, parallel: { ...SINGLE_DEVICE, tensor: 8 } });
  assert.equal(8 * (rank - norms), whole - norms);
});

test("weightBytes() keeps latent compression whole on each tensor rank", () => {
  const parallel: Parallel = { ...SINGLE_DEVICE, tensor: 8 };
  const rank = weightBytes({ model: DEEPSEEK_V3, parallel });
  const whole = weightBytes({ model: DEEPSEEK_V3, parallel: SINGLE_DEVICE });
  const down = 61 * 7168 * (1536 + 576) * 2;
  const routers = 58 * 7168 * 256 * 2;
  const copies = (7 / 8) * (down + routers);
  assert(Math.abs((rank - copies) / (whole / 8) - 1) < 1e-4);
});

test("weightBytes() of expert and data parallelism keeps attention whole and shares out experts", () => {
  const spread = { tensor: 1, pipeline: 1, data: 8, expert: 8 };
  const rank = weightBytes({ model: MIXTRAL, parallel: spread });
  const experts = 32 * 8 * 3 * 4096 * 14_336 * 2;
  const whole = weightBytes({ model: MIXTRAL, parallel: SINGLE_DEVICE });
  assert.equal(rank, whole - (7 / 8) * experts);
});

test("absorbedBytes() is the up-projection once more: 33.5 MB a layer of DeepSeek-V3", () => {
  const bytes = absorbedBytes({ model: DEEPSEEK_V3, parallel: SINGLE_DEVICE });
  assert.equal(bytes, 61 * 128 * 512 * 256 * 2);
  assert.equal(absorbedBytes({ model: LLAMA_8B, parallel: SINGLE_DEVICE }), 0);
});

test("weightBytes() of every transformer of the catalogue is two bytes of each parameter, counted independently", () => {
  const folder = new URL("../../catalogue/models/", import.meta.url);
  let seen = 0;
  for (const name of readdirSync(folder)) {
    const entry = JSON.parse(readFileSync(new URL(name, folder), "utf8"));
    if (entry.config === undefined) continue;
    const model = decodeModelEntry(entry);
    if (!model.ok || model.value.kind !== "transformer") continue;
    const split = { model: model.value, parallel: SINGLE_DEVICE, numerics: BF16_NUMERICS };
    assert.equal(weightBytes(split), 2 * parameterCount(model.value).total, name);
    seen += 1;
  }
  assert.ok(seen >= 372, `${seen} models`);
});
