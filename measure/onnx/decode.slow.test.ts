import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../../core/model/onnx/index.ts";
import { shareCache } from "../../core/optimise/decode/index.ts";
import { tinyDecoder } from "../../core/optimise/decode/_fake-decoder.ts";
import { Draft, type HostTensor, type Tensors } from "../../core/optimise/index.ts";
import { compareDecoding, decodingRunner } from "./decode.ts";
import { onnxRunner } from "./runner.ts";
import { ONE_THREAD } from "./_samples.ts";

async function shared(options: Parameters<typeof tinyDecoder>[0] = {}) {
  const model = await decodeOnnxFile(tinyDecoder(options));
  assert.ok(model.ok);
  const draft = Draft.of(model.value);
  const found = shareCache(draft);
  assert.ok(found.ok && found.value !== null);
  return { bytes: encodeOnnxFile(draft.sealed()), decoder: found.value };
}

function wholes(list: readonly number[]): HostTensor {
  const bytes = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
  return { type: 7, dims: [1, list.length], bytes };
}

function numbers({ bytes }: HostTensor): Float32Array {
  return new Float32Array(bytes.slice().buffer);
}

function floats(dims: readonly number[]): HostTensor {
  const length = dims.reduce((total, size) => total * size, 1);
  const list = Float32Array.from({ length }, (_, at) => Math.sin(at));
  return { type: 1, dims, bytes: new Uint8Array(list.buffer) };
}

const MASKS = [
  [1, 1, 1, 1, 1, 1],
  [0, 0, 1, 1, 1, 1],
  [1, 0, 1, 1, 0, 1],
];

test("shareCache() computes the same scores and cache on ONNX Runtime, whatever masks hide", async () => {
  const { bytes } = await shared();
  const feeds = MASKS.map((mask): Tensors => ({
    input_ids: wholes([3]),
    attention_mask: wholes(mask),
    "past.key": floats([1, 2, 5, 8]),
    "past.value": floats([1, 2, 5, 8]),
  }));
  const runner = onnxRunner();
  const before = await runner.outputs(tinyDecoder(), feeds, ONE_THREAD);
  const after = await runner.outputs(bytes, feeds, ONE_THREAD);
  assert.ok(before.kind === "done" && after.kind === "done", JSON.stringify(after));
  for (const [place, outputs] of before.value.entries()) {
    for (const [name, tensor] of Object.entries(outputs)) {
      const other: HostTensor | undefined = after.value[place]?.[name];
      assert.ok(other !== undefined);
      assert.deepEqual(other.dims, tensor.dims);
      const theirs = numbers(tensor);
      for (const [at, number] of numbers(other).entries()) {
        assert.ok(Math.abs(number - (theirs[at] ?? 0)) < 1e-4, `${place}: ${name}[${at}]`);
      }
    }
  }
  const scores = after.value.map(({ logits }) => numbers(logits as HostTensor).join());
  assert.equal(new Set(scores).size, MASKS.length, "masks that change nothing show nothing");
});

for (const repeats of [false, true]) {
  const whose = repeats ? "whose heads are repeated " : "";
  test(`compareDecoding() of a cache in place ${whose}writes the same text as one that is copied`, async () => {
    const { bytes, decoder } = await shared({ repeats });
    const answer = await compareDecoding(
      { model: tinyDecoder({ repeats }), session: ONE_THREAD, decoder },
      { model: bytes, session: ONE_THREAD, decoder },
      { prompt: repeats ? [25, 11, 6, 8] : [3], steps: 12, budget: 0.5 },
    );
    assert.ok(answer.kind === "done", JSON.stringify(answer));
    const { before, after, comparison } = answer.value;
    assert.equal(before.length, 12);
    assert.ok(new Set(before).size > 2, "a text that repeats one word shows nothing");
    assert.deepEqual(after, before);
    assert.ok(comparison.blocks >= 6 && comparison.ratio.lower > 0);
  });
}

test("decodingRunner() compares models by a token of their loops, the one that may with its cache in place", async () => {
  const { bytes, decoder } = await shared();
  const runner = decodingRunner(onnxRunner(), decoder, [3, 1, 4]);
  const subject = (model: Uint8Array) => ({ model, session: ONE_THREAD, feeds: [] });
  const answer = await runner.compare(subject(tinyDecoder()), subject(bytes), 0.2);
  assert.ok(answer.kind === "done", JSON.stringify(answer));
  const { blocks, before, after, control } = answer.value;
  assert.ok(blocks >= 6 && control.lower > 0);
  assert.equal(
    before.runs,
    blocks * 5,
    "six tokens a turn, the first of them read from the prompt",
  );
  assert.equal(after.runs, before.runs);
});
