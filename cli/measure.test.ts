import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { products } from "../measure/onnx/_samples.ts";
import { emptyFolder, ran } from "./_fake-shell.ts";

const FOLDER = emptyFolder();
writeFileSync(join(FOLDER, "fixed.onnx"), products(1, 8));
writeFileSync(join(FOLDER, "broken.onnx"), products(1, 8).subarray(0, 100));

for (const [args, expected] of [
  [[], /model\n {2}expected {2}an \.onnx file, lanes or --list/u],
  [["missing.onnx"], /missing\.onnx\n {2}expected {2}an \.onnx file/u],
  [["broken.onnx"], /expected {2}an ONNX message/u],
  [["fixed.onnx", "--batch", "4"], /--batch\n {2}expected {2}a model whose batch is open/u],
  [["fixed.onnx", "--feeds", "nowhere"], /nowhere\n {2}expected {2}a folder of samples/u],
  [["fixed.onnx", "--feeds", ".", "--batch", "2"], /--batch[^]*samples of --feeds/u],
  [["fixed.onnx", "--dim", "batch=4"], /expected {2}no size: none is open/u],
  [["fixed.onnx", "--provider", "abacus"], /one of cpu, wasm, webgpu/u],
  [["--compare", "1"], /two numbers of tenlane measure --list/u],
  [["--list", "--no-history"], /--history\n {2}expected {2}a history/u],
] as const) {
  test(`tenlane measure ${args.join(" ")} is refused`, async () => {
    const shell = { folder: FOLDER, environment: { XDG_DATA_HOME: FOLDER } };
    const { status, err } = await ran(["measure", ...args], shell);
    assert.equal(status, 2, err);
    assert.match(err, expected);
  });
}

test("tenlane measure --list of an empty history says so", async () => {
  const shell = { folder: FOLDER, environment: { XDG_DATA_HOME: FOLDER } };
  const { status, out } = await ran(["measure", "--list"], shell);
  assert.equal(status, 0);
  assert.equal(out, "nothing was measured\n");
});
