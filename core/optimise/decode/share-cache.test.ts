import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../../model/onnx/index.ts";
import { Draft } from "../draft.ts";
import { freshOutputs, shareCache } from "./share-cache.ts";
import { madeNode } from "../rewrites/_nodes.ts";
import { tinyDecoder } from "./_fake-decoder.ts";

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok);
  return Draft.of(model.value);
}

function operators(draft: Draft): string[] {
  return (draft.sealed().graph?.node ?? []).map(({ opType }) => opType);
}

test("shareCache() puts one operator for joining, scores, shares and product, which is told the mask", async () => {
  const draft = await draftOf(tinyDecoder());
  const found = shareCache(draft);
  assert.ok(found.ok);
  assert.deepEqual(found.value, {
    tokens: "input_ids",
    places: null,
    mask: "attention_mask",
    scores: "logits",
    heads: 2,
    head: 8,
    tensors: [
      { past: "past.key", present: "present.key" },
      { past: "past.value", present: "present.value" },
    ],
  });
  const left = operators(draft);
  assert.equal(left.filter((each) => each === "GroupQueryAttention").length, 1);
  for (const gone of ["Softmax", "Div"]) assert.ok(!left.includes(gone), gone);
  const attention = [...draft.main.nodes].find(({ opType }) => opType === "GroupQueryAttention");
  assert.deepEqual(attention?.input.slice(3, 5), ["past.key", "past.value"]);
  const bias = draft.main.producer(attention?.input[10] ?? "");
  assert.equal(draft.main.producer(bias?.input[0] ?? "")?.opType, "Where");
  assert.deepEqual(attention?.output.slice(1), ["present.key", "present.value"]);
  const scale = attention?.attribute.find(({ name }) => name === "scale")?.f;
  assert.ok(Math.abs((scale ?? 0) - 1 / Math.sqrt(8)) < 1e-7);
});

test("shareCache() multiplies tokens as they stand where exporters flatten them", async () => {
  const draft = await draftOf(tinyDecoder());
  assert.ok(operators(draft).includes("Gemm"));
  assert.ok(shareCache(draft).ok);
  assert.ok(!operators(draft).includes("Gemm"));
});

test("shareCache() leaves a bias of each head, which is no mask", async () => {
  const draft = await draftOf(tinyDecoder({ maskHeads: 2 }));
  const before = operators(draft);
  const found = shareCache(draft);
  assert.ok(found.ok && found.value === null);
  assert.deepEqual(operators(draft), before);
});

test("shareCache() gives new keys and values as outputs of their own, as they stood before they were split by heads", async () => {
  const draft = await draftOf(tinyDecoder());
  const found = shareCache(draft);
  assert.ok(found.ok && found.value !== null);
  const [key = "", value = ""] = (draft.sealed().graph?.output ?? [])
    .slice(3)
    .map((each) => each.name);
  assert.deepEqual([key, value], ["k.flat", "v.flat"]);
  assert.equal(operators(draft).filter((each) => each === "Reshape").length, 2);
  const bytes = encodeOnnxFile(draft.sealed());
  const fresh = { "past.key": key, "past.value": value };
  assert.deepEqual(await freshOutputs(bytes, found.value), fresh);
  assert.equal(await freshOutputs(tinyDecoder(), found.value), null);
});

test("shareCache() takes heads that are repeated for several queries as they are kept", async () => {
  const draft = await draftOf(tinyDecoder({ repeats: true }));
  const found = shareCache(draft);
  assert.ok(found.ok && found.value !== null);
  assert.deepEqual([found.value.heads, found.value.head], [1, 8]);
  assert.equal(draft.main.producer("key.all"), null);
  const attention = [...draft.main.nodes].find(({ opType }) => opType === "GroupQueryAttention");
  const settings = new Map(attention?.attribute.map(({ name, i }) => [name, Number(i)]));
  assert.deepEqual([settings.get("num_heads"), settings.get("kv_num_heads")], [2, 1]);
});

test("shareCache() leaves a cache whose length is read elsewhere, which in one place is not that of the text", async () => {
  const draft = await draftOf(tinyDecoder());
  const input = ["present.key"];
  const size = madeNode(draft, { operator: "Shape", inputs: input, outputs: ["size"] });
  const read = madeNode(draft, {
    operator: "Cast",
    inputs: ["size"],
    outputs: ["sizes"],
    settings: { to: 1 },
  });
  draft.main.replace([], [size, read], "a reader");
  const [logits] = draft.main.proto.output;
  assert.ok(logits !== undefined);
  draft.main.addOutputs([Object.assign(structuredClone(logits), { name: "sizes" })], "a result");
  const before = operators(draft).toSorted();
  const found = shareCache(draft);
  assert.ok(found.ok && found.value === null);
  assert.deepEqual(operators(draft).toSorted(), before);
});

test("shareCache() can be taken back", async () => {
  const draft = await draftOf(tinyDecoder());
  const state = () => [
    operators(draft).toSorted(),
    draft.main.proto.output.map(({ name }) => name),
  ];
  const before = state();
  assert.ok(shareCache(draft).ok);
  assert.equal(draft.main.proto.output.length, 5);
  draft.undoFrom(0);
  assert.deepEqual(state(), before);
});

test("shareCache() leaves a mask of later tokens to the operator, and tells it any other", async () => {
  const choices = async (allows: (row: number, column: number) => boolean) => {
    const draft = await draftOf(tinyDecoder({ allows }));
    const found = shareCache(draft);
    assert.ok(found.ok && found.value !== null);
    return operators(draft).filter((each) => each === "Where").length;
  };
  assert.equal(await choices((row, column) => column <= row), 1);
  assert.equal(await choices((row, column) => column <= row && column > row - 4), 2);
});
