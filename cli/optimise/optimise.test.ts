import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { file, node, value, weights } from "../../core/model/onnx/_fake-models.ts";
import { tinyDecoder } from "../../core/optimise/decode/_fake-decoder.ts";
import type { Runner } from "../../core/optimise/index.ts";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { decodingOf } from "./decoding.ts";
import { modelFileFrom } from "./model-file.ts";
import { scaledConvolutions, written } from "./_fake-models.ts";
import { sampleSets } from "./samples.ts";
import { samplesDigest, sha256 } from "./digests.ts";
import { writeTogether } from "./write-together.ts";

const SHELL = { folder: "" } as never;

async function refusedBy(...args: readonly string[]): Promise<string> {
  const { status, err } = await ran(args);
  assert.equal(status, 2, err);
  assert.match(err, /expected .*\n +got /u);
  return err;
}

test("tenlane optimise refuses what is not there, is cut off, or is no ONNX", async () => {
  const folder = emptyFolder();
  const whole = scaledConvolutions();
  const cut = written(folder, "cut.onnx", whole.subarray(0, whole.length - 100));
  const other = written(folder, "other.onnx", new TextEncoder().encode("<html>not a model</html>"));
  const empty = written(folder, "empty.onnx", new Uint8Array(0));
  assert.match(await refusedBy("optimise", join(folder, "none.onnx")), /an \.onnx file/u);
  for (const path of [cut, other, empty]) await refusedBy("optimise", path);
  assert.deepEqual(readdirSync(folder).toSorted(), ["cut.onnx", "empty.onnx", "other.onnx"]);
});

test("tenlane optimise refuses flags that lead nowhere, before it searches", async () => {
  const folder = emptyFolder();
  const model = written(folder, "model.onnx", scaledConvolutions());
  assert.match(await refusedBy("optimise", model, "-o", model), /another file than the model/u);
  assert.match(await refusedBy("optimise", model, "-o", join(folder, "no", "x.onnx")), /a folder/u);
  assert.match(await refusedBy("optimise", model, "--outputs", "y"), /some of logits/u);
  assert.match(await refusedBy("optimise", model, "--target", "abacus-3000"), /--target/u);
  assert.match(await refusedBy("optimise", model, "--max-drop", "1"), /--metric beside it/u);
  assert.match(await refusedBy("optimise", model, "--metric", "none.mjs"), /a module/u);
  assert.match(await refusedBy("optimise", model, "--calibration", "none"), /a folder of samples/u);
  assert.match(await refusedBy("optimise", model, "--dim", "batch=2"), /sizes/u);
  assert.deepEqual(readdirSync(folder), ["model.onnx"]);
});

test("tenlane verify refuses what is no certificate, by the field that is wrong", async () => {
  const path = written(
    emptyFolder(),
    "x.json",
    new TextEncoder().encode('{"kind":"optimisation"}'),
  );
  assert.match(await refusedBy("verify", path), /version/u);
});

test("modelFileFrom() puts weights from beside the file into it", async () => {
  const folder = emptyFolder();
  const tensor = weights("w", [2, 2]);
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = 1;
  const entry = { $typeName: "onnx.StringStringEntryProto" as const };
  tensor.externalData = [
    { ...entry, key: "location", value: "w.bin" },
    { ...entry, key: "offset", value: "4" },
    { ...entry, key: "length", value: "16" },
  ];
  const parts = {
    input: [value("x", [1, 2])],
    initializer: [tensor],
    node: [node("MatMul", "x w", "y")],
    output: [value("y", [1, 2])],
  };
  const path = written(folder, "model.onnx", file(parts));
  await assert.rejects(modelFileFrom(path, {}, SHELL), /weights in .*w\.bin/u);
  written(
    folder,
    "w.bin",
    Uint8Array.from({ length: 10 }, (_, index) => index),
  );
  await assert.rejects(modelFileFrom(path, {}, SHELL), /bytes inside w\.bin/u);
  written(
    folder,
    "w.bin",
    Uint8Array.from({ length: 20 }, (_, index) => index),
  );
  const { model } = await modelFileFrom(path, {}, SHELL);
  const [joined] = model.graph?.initializer ?? [];
  assert.deepEqual([...(joined?.rawData ?? [])].slice(0, 3), [4, 5, 6]);
  assert.equal(joined?.externalData.length, 0);
});

/** As numpy.save writes floats of [1, 3, 32, 32]. */
function picture(level: number): Uint8Array {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 32, 32), }";
  const text = `\u0093NUMPY\u0001\u0000${String.fromCodePoint(header.length, 0)}${header}`;
  const head = Uint8Array.from(text, (letter) => letter.codePointAt(0) ?? 0);
  return Buffer.concat([head, new Uint8Array(new Float32Array(3 * 32 * 32).fill(level).buffer)]);
}

test("sampleSets() of the user's folder calibrate on one in three and judge on the others", async () => {
  const folder = emptyFolder();
  const model = await modelFileFrom(written(folder, "m.onnx", scaledConvolutions()), {}, SHELL);
  const samples = join(folder, "samples");
  mkdirSync(samples);
  for (let at = 0; at < 7; at += 1) writeFileSync(join(samples, `${at}.npy`), picture(at));
  const sets = await sampleSets(model, { folder: samples }, SHELL);
  const levels = (set: typeof sets.heldOut) =>
    set.samples.map(({ x }) => new DataView(x!.bytes.buffer).getFloat32(0, true));
  assert.deepEqual(levels(sets.calibration), [0, 3, 6]);
  assert.deepEqual(levels(sets.heldOut), [1, 2, 4, 5]);
  assert.equal(sets.heldOut.isGenerated, false);
  writeFileSync(join(samples, "8.npy"), picture(1).subarray(0, 200));
  await assert.rejects(sampleSets(model, { folder: samples }, SHELL), /12288 bytes/u);
});

test("sampleSets() without a folder are made up, and those that judge are others", async () => {
  const path = written(emptyFolder(), "m.onnx", scaledConvolutions());
  const { calibration, heldOut } = await sampleSets(
    await modelFileFrom(path, {}, SHELL),
    { folder: null },
    SHELL,
  );
  const seen = new Set(calibration.samples.map((each) => samplesDigest([each])));
  assert.ok(heldOut.samples.every((each) => !seen.has(samplesDigest([each]))));
  assert.ok(heldOut.isGenerated && heldOut.samples.length >= 4);
});

test("sampleSets() of a decoder stand behind texts, and are as any others where it reads none at once", async () => {
  const path = written(emptyFolder(), "writes.onnx", tinyDecoder());
  const decoding = await decodingOf(path, {}, SHELL);
  assert.ok(decoding !== null);
  const { decoder, sizes } = decoding;
  const model = await modelFileFrom(path, sizes, SHELL);
  const heldOut = async (outputs: Runner["outputs"]) => {
    const looped = { decoder, runner: { outputs } };
    return (await sampleSets(model, { folder: null }, SHELL, looped)).heldOut;
  };
  const kept = { type: 1, dims: [1], bytes: new Uint8Array(4) };
  const presents = Object.fromEntries(decoder.tensors.map(({ present }) => [present, kept]));
  const read = await heldOut(async (_, feeds) => ({
    kind: "done",
    value: feeds.map(() => presents),
  }));
  assert.equal(read.texts?.length, read.samples.length);
  for (const { past } of decoder.tensors) assert.equal(read.samples[0]?.[past], kept);
  const failed = { kind: "failed", reason: "error", message: "one word alone" } as const;
  const plain = await sampleSets(model, { folder: null }, SHELL);
  assert.deepEqual(await heldOut(async () => failed), plain.heldOut);
});

test("sha256() of abc is the digest of FIPS 180-4, example B.1", () => {
  const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.equal(sha256(new TextEncoder().encode("abc")), digest);
});

test("writeTogether() leaves nothing behind where one file cannot be written", async () => {
  const folder = emptyFolder();
  const [first, second] = [join(folder, "a"), join(folder, "no", "b")];
  const files = [first, second].map((path) => ({ path, content: "text" }));
  await assert.rejects(writeTogether(files), /ENOENT/u);
  assert.deepEqual(readdirSync(folder), []);
  assert.deepEqual(await writeTogether(files.slice(0, 1)), [first]);
  assert.equal(readFileSync(first, "utf8"), "text");
  assert.deepEqual(readdirSync(folder), ["a"]);
});

test("sampleSets() of pictures bring them to the sides and the range of the input", async () => {
  const folder = emptyFolder();
  const model = await modelFileFrom(written(folder, "m.onnx", scaledConvolutions()), {}, SHELL);
  const samples = join(folder, "samples");
  mkdirSync(samples);
  const { encode } = await import("fast-png");
  const { default: jpeg } = await import("jpeg-js");
  const [width, height] = [64, 48];
  // Red in full, green in half, no blue.
  const light = (channels: number) =>
    Uint8Array.from(
      { length: width * height * channels },
      (_, at) => [255, 127.5, 0, 255][at % channels] ?? 0,
    );
  const png = encode({ width, height, channels: 3, data: light(3), depth: 8 });
  writeFileSync(join(samples, "a.png"), png);
  writeFileSync(join(samples, "b.jpg"), jpeg.encode({ width, height, data: light(4) }, 95).data);
  const of = async (pixels: string) => {
    const { calibration, heldOut } = await sampleSets(model, { folder: samples, pixels }, SHELL);
    return [...calibration.samples, ...heldOut.samples].map(({ x }) => {
      const list = new Float32Array(x!.bytes.buffer);
      return [0, 1, 2].map((colour) => Math.round(10 * (list[colour * 1024 + 500] ?? 0)) / 10 + 0);
    });
  };
  assert.deepEqual(await of("-1..1"), [
    [1, 0, -1],
    [1, 0, -1],
  ]);
  // (1 - 0.485) ÷ 0.229, (0.498 - 0.456) ÷ 0.224, -0.406 ÷ 0.225
  assert.deepEqual((await of("imagenet"))[0], [2.2, 0.2, -1.8]);
  writeFileSync(join(samples, "c.png"), png.subarray(0, 30));
  await assert.rejects(of("0..1"), /a picture/u);
});
