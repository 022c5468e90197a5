/** Probes as ONNX Runtime runs them, and its kernels beside those that are foreseen. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { GENERATED } from "../../bench/models/index.ts";
import { decodeOnnxFile } from "../../core/model/onnx/index.ts";
import { ELEMENT, elementCount, type HostTensor, type Tensors } from "../../core/optimise/index.ts";
import { kernelsOf } from "../../core/optimise/predict/index.ts";
import { probes } from "./probes.ts";
import { onnxRunner } from "../onnx/index.ts";
import { measuredRun } from "./index.ts";

function counts(
  kernels: readonly { readonly operator: string }[],
): Readonly<Record<string, number>> {
  const all: Record<string, number> = {};
  for (const { operator } of kernels) all[operator] = (all[operator] ?? 0) + 1;
  return Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function fed(dims: readonly number[], type: number): HostTensor {
  const count = elementCount(dims);
  const bytes =
    type === ELEMENT.int64
      ? new Uint8Array(new BigInt64Array(count).fill(1n).buffer)
      : new Uint8Array(new Float32Array(count).fill(0.1).buffer);
  return { type, dims, bytes };
}

for (const id of ["resnet-50", "mobilenet-v2", "minilm-l6-s16"]) {
  test(`kernelsOf() of ${id} are the kernels of ONNX Runtime's profile, kind by kind`, async () => {
    const { file, sizes } = GENERATED.find((each) => each.id === id)!;
    const bytes = file();
    const model = await decodeOnnxFile(bytes);
    assert.ok(model.ok);
    const foreseen = kernelsOf(model.value, sizes);
    assert.ok(foreseen.ok);
    const feeds: Tensors = Object.fromEntries(
      (model.value.graph?.input ?? []).map(({ name, type }) => {
        assert.ok(type?.value.case === "tensorType");
        const { shape, elemType } = type.value.value;
        const dims = (shape?.dim ?? []).map(({ value }) =>
          value.case === "dimParam" ? sizes[value.value]! : Number(value.value),
        );
        return [name, fed(dims, elemType)];
      }),
    );
    const run = await measuredRun(
      onnxRunner(),
      { name: id, model: bytes, feeds: [feeds], threads: 1 },
      0.2,
    );
    assert.ok(run.kind === "done", JSON.stringify(run));
    assert.deepEqual(counts(foreseen.value.kernels), counts(run.value.kernels));
    assert.equal(foreseen.value.resultBytes, run.value.resultBytes);
  });
}

test("measuredRun() of a probe has every operator of it that is not known beforehand", async () => {
  const probe = probes().find(({ name }) => name === "probe of short rows")!;
  const bytes = probe.model();
  const model = await decodeOnnxFile(bytes);
  assert.ok(model.ok);
  const feeds = Object.fromEntries(
    (model.value.graph?.input ?? []).map(({ name }) => {
      const dims = name.replace("x1_", "").split("_").map(Number);
      return [name, fed(dims, ELEMENT.float)];
    }),
  );
  const asked = { name: probe.name, model: bytes, feeds: [feeds], threads: 1 };
  const run = await measuredRun(onnxRunner(), asked, 0.2);
  assert.ok(run.kind === "done", JSON.stringify(run));
  assert.equal(counts(run.value.kernels)["Gemm"], 6);
  assert.ok(run.value.processorTime > 0);
});
