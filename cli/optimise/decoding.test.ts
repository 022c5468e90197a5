import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { tinyDecoder } from "../../core/optimise/decode/_fake-decoder.ts";
import type { HostTensor, Runner } from "../../core/optimise/index.ts";
import { emptyFolder } from "../_fake-shell.ts";
import { scaledConvolutions, written } from "./_fake-models.ts";
import { decodingOf, loopRunner } from "./decoding.ts";

const SHELL = { folder: "" } as never;

test("decodingOf() runs one token behind a text, and is null of a model without a cache", async () => {
  const folder = emptyFolder();
  const found = await decodingOf(written(folder, "writes.onnx", tinyDecoder()), {}, SHELL);
  assert.deepEqual(found?.sizes, { new: 1, past: 256, all: 257 });
  assert.equal(found.decoder.tokens, "input_ids");
  const given = await decodingOf(join(folder, "writes.onnx"), { past: 20 }, SHELL);
  assert.deepEqual(given?.sizes, { new: 1, past: 20, all: 21 });
  written(folder, "sees.onnx", scaledConvolutions());
  assert.equal(await decodingOf(join(folder, "sees.onnx"), {}, SHELL), null);
});

function wholes(list: readonly number[]): HostTensor {
  const bytes = new Uint8Array(BigInt64Array.from(list, BigInt).buffer);
  return { type: 7, dims: [1, list.length], bytes };
}

test("loopRunner() leaves to its runner all but comparisons", async () => {
  const decoding = await decodingOf(
    written(emptyFolder(), "writes.onnx", tinyDecoder()),
    {},
    SHELL,
  );
  assert.ok(decoding !== null);
  const asked: string[] = [];
  const answer = (name: string) => () => {
    asked.push(name);
    return Promise.resolve({ kind: "failed", reason: "error", message: name } as const);
  };
  const runner: Runner = {
    outputs: answer("outputs"),
    compare: answer("compare"),
    throughput: answer("throughput"),
    profile: answer("profile"),
  };
  const loop = loopRunner(runner, decoding.decoder, [{ input_ids: wholes([3]) }]);
  const subject = {
    model: tinyDecoder(),
    session: { threads: 1, provider: "cpu", optimises: true },
  };
  await loop.throughput({ ...subject, feeds: [] }, 1, 1);
  await loop.outputs(subject.model, [], subject.session);
  assert.deepEqual(asked, ["throughput", "outputs"]);
});
