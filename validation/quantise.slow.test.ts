/** Our quantisers beside the toolkit of python3-onnxruntime 1.21: the same recipe gives the same numbers. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { NodeProto } from "onnx-buf";
import { decodeOnnxFile } from "../core/model/onnx/index.ts";
import { file, node, value } from "../core/model/onnx/_fake-models.ts";
import { Draft, floatTensor, type HostTensor, type Tensors } from "../core/optimise/index.ts";
import { calibrate, quantise, type Recipe } from "../core/optimise/quantise/index.ts";
import { normal, random } from "../core/random.ts";
import { onnxRunner } from "../measure/onnx/index.ts";

const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("_toolkit.py", import.meta.url));
const SESSION = { threads: 1, provider: "cpu", optimises: true };

function toolkitLacks(): string | false {
  const found = spawnSync(PYTHON, ["-c", "import onnx.reference, onnxruntime.quantization"]);
  return found.status === 0 ? false : "python3-onnxruntime is not installed";
}

const skip = toolkitLacks();

interface Shown {
  readonly type: string;
  readonly numbers: readonly number[];
}

function toolkit(bytes: Uint8Array, kind: string, samples: readonly Tensors[] = []): unknown {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-toolkit-"));
  const path = join(folder, "model.onnx");
  writeFileSync(path, bytes);
  const shown = (tensor: HostTensor) => ({
    dims: tensor.dims,
    bytes: Buffer.from(tensor.bytes).toString("base64"),
  });
  const feeds = samples.map((sample) =>
    Object.fromEntries(Object.entries(sample).map(([name, each]) => [name, shown(each)])),
  );
  const input = JSON.stringify({ file: path, kind, samples: feeds });
  const out = execFileSync(PYTHON, [SCRIPT], {
    input,
    encoding: "utf8",
    maxBuffer: 1e9,
    stdio: ["pipe", "pipe", "pipe"],
  });
  rmSync(folder, { recursive: true });
  return JSON.parse(out.trim().split("\n").at(-1) ?? "");
}

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok);
  return Draft.of(model.value);
}

const LISTS: Readonly<
  Record<number, { name: string; list: new (raw: ArrayBuffer) => Iterable<number> }>
> = {
  1: { name: "float32", list: Float32Array },
  2: { name: "uint8", list: Uint8Array },
  3: { name: "int8", list: Int8Array },
  6: { name: "int32", list: Int32Array },
};

/** The constants that a node reads, as the toolkit's script shows its own. */
function constants(draft: Draft, reader: NodeProto | null): readonly Shown[] {
  return (reader?.input ?? []).flatMap((name) => {
    const tensor = draft.main.constant(name);
    const form = LISTS[tensor?.dataType ?? 0];
    if (tensor === null || form === undefined) return [];
    return [{ type: form.name, numbers: [...new form.list(tensor.rawData.slice().buffer)] }];
  });
}

const draw = random(5);
const drawn = (dims: readonly number[]) =>
  Float32Array.from({ length: dims.reduce((total, size) => total * size, 1) }, () => normal(draw));
const weights = (name: string, dims: readonly number[]) => floatTensor(name, dims, drawn(dims));

const PICTURE = [1, 3, 8, 8];
const NETWORK = file(
  {
    input: [value("x", PICTURE)],
    output: [value("y", [1, 5])],
    initializer: Object.entries({
      w1: [8, 3, 3, 3],
      b1: [8],
      w2: [8, 1, 3, 3],
      b2: [8],
      w3: [8, 8, 1, 1],
      w4: [8, 5],
      b4: [5],
    }).map(([name, dims]) => weights(name, dims)),
    node: [
      { ...node("Conv", "x w1 b1", "a", { pads: [1, 1, 1, 1] }), name: "one" },
      { ...node("Relu", "a", "r"), name: "relu" },
      { ...node("Conv", "r w2 b2", "c", { pads: [1, 1, 1, 1], group: 8 }), name: "two" },
      { ...node("Conv", "c w3", "d"), name: "three" },
      { ...node("Add", "d r", "e"), name: "add" },
      { ...node("GlobalAveragePool", "e", "g"), name: "pool" },
      { ...node("Flatten", "g", "f"), name: "flat" },
      { ...node("Gemm", "f w4 b4", "y"), name: "four" },
    ],
  },
  { opset: 17 },
);

test(
  "quantise() static of all ranges has the toolkit's scales, zero points, weights and biases",
  { skip },
  async () => {
    const samples = [1, 2, 3].map(() => ({
      x: { type: 1, dims: PICTURE, bytes: new Uint8Array(drawn(PICTURE).buffer) },
    }));
    const draft = await draftOf(NETWORK);
    const calibration = await calibrate(draft, samples, onnxRunner(), SESSION);
    assert.ok(calibration.kind === "done");
    const recipe: Recipe = {
      kind: "static",
      range: { kind: "all" },
      pairsSaturate: false,
      chained: true,
      depthwise: true,
      biasCorrected: false,
      kept: [],
    };
    assert.ok(quantise(draft, recipe, calibration.value).ok);
    const theirs = toolkit(NETWORK, "static", samples) as Record<
      string,
      { inputs: Shown[][]; output: Shown[][] }
    >;
    assert.deepEqual(Object.keys(theirs), ["one", "two", "three", "four"]);
    for (const [name, layer] of Object.entries(theirs)) {
      const ours = [...draft.main.nodes].find((each) => each.name === name);
      const inputs = ours?.input.map((each) => constants(draft, draft.main.producer(each)));
      assert.deepEqual(inputs, layer.inputs, name);
      // The last product leaves in floats: nothing reads it in 8 bits, and a scale would round it once more.
      if (name === "four") continue;
      const output = draft.main
        .consumers(ours?.output[0] ?? "")
        .map((each) => constants(draft, each));
      assert.deepEqual(output, layer.output, name);
    }
  },
);

const PRODUCT = file(
  {
    input: [value("x", [1, 96])],
    output: [value("y", [1, 16])],
    initializer: [weights("w", [96, 16])],
    node: [{ ...node("MatMul", "x w", "y"), name: "product" }],
  },
  { opset: 17 },
);

function only(draft: Draft, operator: string): NodeProto | null {
  return [...draft.main.nodes].find(({ opType }) => opType === operator) ?? null;
}

test("quantise() dynamic has the toolkit's weights", { skip }, async () => {
  const draft = await draftOf(PRODUCT);
  assert.ok(quantise(draft, { kind: "dynamic", pairsSaturate: false, kept: [] }, null).ok);
  const [ours] = constants(draft, only(draft, "MatMulInteger"));
  assert.deepEqual({ w_quantized: ours }, toolkit(PRODUCT, "dynamic"));
});

for (const symmetric of [true, false]) {
  const form = symmetric ? "symmetric" : "asymmetric";
  test(
    `quantise() of weights in ${form} blocks of 4 bits has the toolkit's codes and scales`,
    { skip },
    async () => {
      const draft = await draftOf(PRODUCT);
      const recipe: Recipe = {
        kind: "weights",
        bits: 4,
        block: 32,
        symmetric,
        searched: false,
        kept: [],
      };
      assert.ok(quantise(draft, recipe, null).ok);
      const ours = constants(draft, only(draft, "MatMulNBits"));
      assert.deepEqual({ product_Q4: ours }, toolkit(PRODUCT, form));
    },
  );
}
