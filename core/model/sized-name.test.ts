import assert from "node:assert/strict";
import { test } from "node:test";
import { patchCount } from "./patch-count.ts";
import { decodeModelEntry, findModel, type ModelEntry } from "./find-model.ts";

const resnet: ModelEntry = {
  id: "resnet-18",
  name: "ResNet-18",
  aliases: ["resnet18", "tf_resnetv1_18"],
  source: "this test",
  network: { family: "resnet", blocks: [2, 2, 2, 2], block: "basic", image: 224 },
};

const sizes = [
  ["resnet18 176px", [176, 176]],
  ["ResNet-18 480x640", [480, 640]],
  ["tf_resnetv1_18_imagenet_288_320_3.65G", [288, 320]],
  ["resnet18_384", [384, 384]],
] as const;

for (const [label, image] of sizes) {
  test(`findModel() reads the size in "${label}"`, () => {
    const found = findModel([resnet], label);
    assert.ok(found.ok);
    assert.deepEqual(found.value.input, { image });
    const model = decodeModelEntry(found.value.entry, found.value.input);
    assert.ok(model.ok && model.value.kind === "network");
    assert.deepEqual(model.value.inputs[0]?.shape, [3, ...image]);
  });
}

test("findModel() leaves out the tag of a training behind a point, but for a size at its end", () => {
  const found = ["timm/resnet18.a1_in1k", "resnet18.fb_in22k_ft_in1k_384", "resnet18.5"].map(
    (label) => findModel([resnet], label),
  );
  const inputs = found.map((each) => each.ok && (each.value.input ?? "its own"));
  assert.deepEqual(inputs, ["its own", { image: [384, 384] }, false]);
});

test("findModel() takes no width or depth at the end of a name for a size", () => {
  for (const label of ["resnet18_140", "resnet18_200"]) {
    assert.equal(findModel([resnet], label).ok, false, label);
  }
});

test("findModel() reads the size of a vision transformer, whose tokens grow with it", () => {
  const config = {
    model_type: "vit",
    hidden_size: 64,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 128,
    image_size: 224,
    patch_size: 16,
  };
  const vit: ModelEntry = { id: "vit-a", name: "A", aliases: [], source: "this test", config };
  const found = findModel([vit], "vit_a_384");
  const model = found.ok ? decodeModelEntry(found.value.entry, found.value.input) : found;
  assert.ok(model.ok && model.value.kind === "transformer");
  const embedding = model.value.stacks[0]?.embedding;
  assert.equal(embedding?.kind === "patches" && embedding.image, 384);
  assert.equal(findModel([{ ...vit, config: { model_type: "bert" } }], "vit_a_384").ok, false);
  const wide = decodeModelEntry(vit, { image: [224, 450] });
  assert.ok(wide.ok && wide.value.kind === "transformer");
  const picture = wide.value.stacks[0]?.embedding;
  assert.ok(picture?.kind === "patches");
  assert.deepEqual([picture.image, picture.positions], [[224, 450], 14 * 28 + 1]);
  assert.equal(patchCount(picture), 14 * 28);
});

test("findModel() takes a format at the end for a hint, unless the model is called so", () => {
  const toy = {
    id: "toy-fp8",
    name: "Toy FP8",
    aliases: ["toy", "toy-large-fp8"],
    source: "this test",
  };
  const format = (label: string) => {
    const found = findModel([toy], label);
    return found.ok ? found.value.numerics : found.error.path;
  };
  assert.deepEqual(["toy-fp8", "Toy FP8"].map(format), [null, null]);
  assert.deepEqual(["toy-large-fp8", "toy-large-fp8"].map(format), ["fp8", "fp8"]);
});

test("findModel() takes no model for a name that two have but for dashes", () => {
  const source = "this test";
  const one = { id: "ab-c", name: "AB-C", aliases: [], source };
  const other = { id: "a-bc", name: "A-BC", aliases: [], source };
  assert.ok(findModel([one], "abc").ok);
  assert.ok(!findModel([one, other], "abc").ok);
});

test("findModel() takes no pruned network for the whole one", () => {
  assert.equal(findModel([resnet], "tf_resnetv1_18_imagenet_224_224_0.65_1.2G").ok, false);
});

test("findModel() of a plain name leaves the size to the entry", () => {
  const found = findModel([resnet], "resnet18");
  assert.ok(found.ok);
  assert.equal(found.value.input, undefined);
});

test("findModel() takes what stands behind a point for a format where it is one, and for a training's tag where not", () => {
  const source = "this test";
  const llama = { id: "llama-2-7b", name: "Llama 2 7B", aliases: [], source };
  const found = (label: string) => {
    const read = findModel([llama, resnet], label);
    return read.ok ? read.value.numerics : "refused";
  };
  assert.deepEqual(
    ["llama-2-7b.Q4_K_M.gguf", "llama-2-7b.gguf", "llama-2-7b.w4a16", "llama-2-7b-q4_k_m"].map(
      found,
    ),
    ["q4_k_m", "q4_k_m", "w4a16", "q4_k_m"],
  );
  const tagged = ["resnet18.int8", "resnet18.a1_in1k-int8", "resnet18.a1_in1k"];
  assert.deepEqual(tagged.map(found), ["w8a8-int8", "w8a8-int8", null]);
});
