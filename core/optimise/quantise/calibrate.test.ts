import assert from "node:assert/strict";
import { test } from "node:test";
import type { ModelProto } from "onnx-buf";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import type { HostTensor, Runner, Tensors } from "../runner.ts";
import { calibrate } from "./calibrate.ts";

const SESSION = { threads: 1, provider: "cpu", optimises: true };

function floats(dims: readonly number[], list: readonly number[]): HostTensor {
  return { type: 1, dims, bytes: new Uint8Array(Float32Array.from(list).buffer) };
}

async function draftOf(side: number | string, width = 1): Promise<Draft> {
  const model = await decodeOnnxFile(
    file({
      input: [value("x", [1, 2, side, width])],
      output: [value("y", [1, 2, side, width])],
      initializer: [weights("w", [2, 2, 1, 1]), weights("k", [1])],
      node: [
        node("Neg", "x", "n"),
        node("Conv", "n w", "c"),
        node("Relu", "c", "r"),
        node("Add", "r k", "s"),
        node("Exp", "s", "y"),
      ],
    }),
  );
  assert.ok(model.ok);
  return Draft.of(model.value);
}

/** Answers each value that is asked for with the numbers of the input; keeps what was asked. */
function echo(asked: string[][]): Runner {
  return {
    outputs: async (bytes, feeds) => {
      const model = await decodeOnnxFile(bytes);
      assert.ok(model.ok);
      const names = (model.value.graph?.output ?? []).map(({ name }) => name);
      asked.push([...names, String(feeds.length)]);
      const answers = feeds.map(({ x }) => Object.fromEntries(names.map((name) => [name, x!])));
      return { kind: "done", value: answers };
    },
    compare: () => Promise.reject(new Error("not asked")),
    throughput: () => Promise.reject(new Error("not asked")),
    profile: () => Promise.reject(new Error("not asked")),
  };
}

const FEEDS: readonly Tensors[] = [
  { x: floats([1, 2, 1, 1], [1, 4]) },
  { x: floats([1, 2, 1, 1], [3, -2]) },
];

test("calibrate() exposes what convolutions read and write behind their Relu, and nothing else", async () => {
  const asked: string[][] = [];
  const seen = await calibrate(await draftOf(1), FEEDS, echo(asked), SESSION);
  assert.ok(seen.kind === "done");
  assert.deepEqual(asked, [["n", "r", "2"]]);
  assert.equal(seen.value.sampleCount, 2);
});

test("calibrate() adds up samples: ranges of all, means of channels where a layer reads them", async () => {
  const seen = await calibrate(await draftOf(1), FEEDS, echo([]), SESSION);
  assert.ok(seen.kind === "done");
  const spread = seen.value.spreads.get("n");
  assert.deepEqual([spread?.lower, spread?.upper, spread?.count], [-2, 4, 4]);
  assert.deepEqual(spread?.channels?.mean, Float64Array.of(2, 1));
  assert.deepEqual(spread?.channels?.largest, Float64Array.of(3, 4));
});

test("calibrate() of values too large to hold at once runs them apart, sample by sample", async () => {
  const asked: string[][] = [];
  const side = 2 ** 25;
  const feeds = FEEDS.map(({ x }) => ({ x: { ...x!, dims: [1, 2, side, 1] } }));
  await calibrate(await draftOf("side"), feeds, echo(asked), SESSION);
  assert.deepEqual(asked, [
    ["n", "1"],
    ["n", "1"],
    ["r", "1"],
    ["r", "1"],
  ]);
});

test("calibrate() of large pictures shows one in so many rows and columns, all of them in one run", async () => {
  const exposed: ModelProto[] = [];
  const runner: Runner = {
    ...echo([]),
    outputs: async (bytes, feeds) => {
      const model = await decodeOnnxFile(bytes);
      assert.ok(model.ok);
      exposed.push(model.value);
      const names = (model.value.graph?.output ?? []).map(({ name }) => name);
      const shown = floats([1, 2, 1, 1], [5, -3]);
      const answer = Object.fromEntries(names.map((name) => [name, shown]));
      return { kind: "done", value: feeds.map(() => answer) };
    },
  };
  const feeds = [{ x: floats([1, 2, 1, 1], [1, 4]) }];
  const seen = await calibrate(await draftOf(4096, 4096), feeds, runner, SESSION);
  assert.ok(seen.kind === "done");
  const spread = seen.value.spreads.get("r");
  assert.deepEqual([spread?.lower, spread?.upper, spread?.count], [-3, 5, 2]);
  assert.equal(exposed.length, 1);
  const graph = exposed[0]?.graph;
  const slices = graph?.node.filter(({ opType }) => opType === "Slice") ?? [];
  assert.deepEqual(
    slices.map(({ input }) => input[0]),
    ["n", "r"],
  );
  assert.deepEqual(
    graph?.output.map(({ name }) => name),
    slices.map(({ output }) => output[0]),
  );
  // 2 × 4096 × 4096 numbers are 128 MiB, of which one in 12 × 12 is a mebibyte.
  const steps = graph?.initializer.find(({ name }) => name === slices[0]?.input[4]);
  assert.deepEqual([...new BigInt64Array(steps!.rawData.slice().buffer)], [12n, 12n]);
});

test("calibrate() of a run that fails is that failure", async () => {
  const runner: Runner = {
    ...echo([]),
    outputs: () => Promise.resolve({ kind: "failed", reason: "memory", message: "too much" }),
  };
  const seen = await calibrate(await draftOf(1), FEEDS, runner, SESSION);
  assert.deepEqual(seen, { kind: "failed", reason: "memory", message: "too much" });
});
