import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../model/onnx/index.ts";
import { file, node, value, weights } from "../model/onnx/_fake-models.ts";
import { Draft } from "./draft.ts";

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok);
  return Draft.of(model.value);
}

const CHAIN = file({
  input: [value("x", [1, 3])],
  output: [value("y", [1, 3])],
  initializer: [weights("w", [3]), weights("unread", [3])],
  node: [node("Add", "x w", "a"), node("Identity", "a", "b"), node("Relu", "b", "y")],
});

test("Draft.of().sealed() without an edit writes all but what nothing reads", async () => {
  const model = (await draftOf(CHAIN)).sealed();
  assert.deepEqual(
    model.graph?.initializer.map(({ name }) => name),
    ["w"],
  );
  assert.deepEqual(
    model.graph?.node.map(({ opType }) => opType),
    ["Add", "Identity", "Relu"],
  );
});

test("GraphDraft.bypass() has readers read another value, and undoFrom() takes it back", async () => {
  const draft = await draftOf(CHAIN);
  const { main } = draft;
  const identity = main.producer("b");
  assert.ok(identity !== null);
  draft.begin("identities");
  assert.ok(main.bypass(identity, "a", "nothing is computed"));
  assert.deepEqual(main.producer("y")?.input, ["a"]);
  assert.equal(main.producer("b"), null);
  assert.equal(draft.log[0]?.rewrite, "identities");
  assert.deepEqual(draft.log[0]?.origins, ["b"]);
  draft.undoFrom(0);
  assert.deepEqual(main.producer("y")?.input, ["b"]);
  assert.deepEqual(encodeOnnxFile(draft.sealed()), encodeOnnxFile((await draftOf(CHAIN)).sealed()));
});

test("GraphDraft.bypass() of the node that writes an output has the one before write it", async () => {
  const draft = await draftOf(CHAIN);
  const relu = draft.main.producer("y");
  assert.ok(relu !== null);
  assert.ok(draft.main.bypass(relu, "b", "nothing is negative"));
  assert.deepEqual(draft.main.producer("y")?.opType, "Identity");
  assert.equal(draft.main.producer("b"), null);
  draft.undoFrom(0);
  assert.deepEqual(encodeOnnxFile(draft.sealed()), encodeOnnxFile((await draftOf(CHAIN)).sealed()));
});

test("GraphDraft.bypass() refuses where an input would have to take an output's name", async () => {
  const { main } = await draftOf(
    file({
      input: [value("x", [1, 3])],
      output: [value("y", [1, 3])],
      node: [node("Identity", "x", "y")],
    }),
  );
  const identity = main.producer("y");
  assert.ok(identity !== null);
  assert.equal(main.bypass(identity, "x", "no"), false);
});

test("Draft.sealed() orders nodes that were put in last before those that read them", async () => {
  const draft = await draftOf(CHAIN);
  const { main } = draft;
  const add = main.producer("a");
  assert.ok(add !== null);
  main.replace([add], [node("Sub", "t w", "a"), node("Neg", "x", "t")], "turned");
  assert.deepEqual(
    draft.sealed().graph?.node.map(({ opType }) => opType),
    ["Neg", "Sub", "Identity", "Relu"],
  );
});

test("GraphDraft.onlyConsumer() is null of a value that an inner graph reads", async () => {
  const inner = { node: [node("Neg", "a", "n")], output: [value("n", [1, 3])] };
  const branch = (await import("../model/onnx/_fake-models.ts")).graph(inner);
  const draft = await draftOf(
    file({
      input: [value("x", [1, 3]), value("c", [], 9)],
      output: [value("y", [1, 3])],
      node: [
        node("Relu", "x", "a"),
        node("If", "c", "y", { then_branch: branch, else_branch: branch }),
      ],
    }),
  );
  assert.equal(draft.main.onlyConsumer("a"), null);
  assert.equal(draft.main.consumers("a").length, 1);
  assert.equal(draft.graphs.length, 3);
});

test("Draft.fresh() gives names that nothing in the model has", async () => {
  const draft = await draftOf(CHAIN);
  const names = [draft.fresh("a"), draft.fresh("a"), draft.fresh("new")];
  assert.equal(new Set([...names, "a", "b", "x", "y", "w"]).size, 8);
});
