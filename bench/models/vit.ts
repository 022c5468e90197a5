/**
 * ViT-B/16 at 224 x 224 as exporters write it at opset 17: layer normalisation is one operator.
 *
 * Source: Dosovitskiy et al. 2020, arXiv 2010.11929, table 1 (12 layers of 768, 86 M parameters) and section 3.1
 */
import { geluByErf, layerNorm } from "./_pointwise.ts";
import { linear, selfAttention, type Encoder } from "./_transformer.ts";
import { ModelWriter } from "./_model-writer.ts";

const BASE: Encoder = { layers: 12, heads: 12, headDim: 64, inner: 3072 };
const WIDTH = BASE.heads * BASE.headDim;
const PATCH = 16;
const PATCHES = (224 / PATCH) ** 2;
const CLASSES = 1000;
/** What a layer adds is small beside what passes it. */
const ADDED_GAIN = 0.5;

export function vitB16(): Uint8Array {
  const writer = new ModelWriter(16);
  const image = writer.input("pixel_values", ["batch_size", 3, 224, 224]);
  let running = writer.within("embeddings", () => patches(writer, image));
  for (let layer = 0; layer < BASE.layers; layer += 1) {
    const input = running;
    running = writer.within(`encoder/layer.${layer}`, () => layerOf(writer, input));
  }
  const normed = writer.within("layernorm", () => layerNorm(writer, running, WIDTH));
  const first = writer.op("Gather", [normed, writer.whole(0)], { axis: 1 });
  const weight = writer.weights.normal(CLASSES * WIDTH, 0, 2 / Math.sqrt(WIDTH));
  const scores = writer.within("classifier", () =>
    writer.op(
      "Gemm",
      [
        first,
        writer.stored("weight", [CLASSES, WIDTH], weight),
        writer.stored("bias", [CLASSES], writer.weights.normal(CLASSES, 0, 0.05)),
      ],
      { transB: 1 },
    ),
  );
  writer.output("logits", scores, ["batch_size", CLASSES]);
  return writer.file("vit-b-16", 17);
}

/** Patches by a convolution, the class token before them, positions added. */
function patches(writer: ModelWriter, image: string): string {
  const { weights } = writer;
  const fanIn = 3 * PATCH * PATCH;
  const filters = weights.normal(WIDTH * fanIn, 0, 1 / Math.sqrt(fanIn));
  const mapped = writer.op(
    "Conv",
    [
      image,
      writer.stored("projection.weight", [WIDTH, 3, PATCH, PATCH], filters),
      writer.stored("projection.bias", [WIDTH], weights.normal(WIDTH, 0, 0.05)),
    ],
    { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] },
  );
  const leading = writer.op("Slice", [
    writer.op("Shape", [mapped]),
    writer.whole([0]),
    writer.whole([2]),
    writer.whole([0]),
  ]);
  const flat = writer.op("Concat", [leading, writer.whole([-1])], { axis: 0 });
  const tokens = writer.op("Transpose", [writer.op("Reshape", [mapped, flat])], {
    perm: [0, 2, 1],
  });
  const shape = writer.op(
    "Concat",
    [writer.sizeOf(image, 0), writer.whole([1]), writer.whole([WIDTH])],
    { axis: 0 },
  );
  const token = writer.stored("cls_token", [1, 1, WIDTH], weights.normal(WIDTH, 0, 0.5));
  const all = writer.op("Concat", [writer.op("Expand", [token, shape]), tokens], { axis: 1 });
  const places = weights.normal((PATCHES + 1) * WIDTH, 0, 0.3);
  return writer.op("Add", [
    all,
    writer.stored("position_embeddings", [1, PATCHES + 1, WIDTH], places),
  ]);
}

function layerOf(writer: ModelWriter, input: string): string {
  const before = writer.within("layernorm_before", () => layerNorm(writer, input, WIDTH));
  const mixed = writer.within("attention/attention", () =>
    selfAttention(writer, before, BASE, null),
  );
  const dense = writer.within("attention/output/dense", () =>
    linear(writer, mixed, [WIDTH, WIDTH], ADDED_GAIN),
  );
  const attended = writer.op("Add", [dense, input]);
  const after = writer.within("layernorm_after", () => layerNorm(writer, attended, WIDTH));
  const wide = writer.within("intermediate/dense", () =>
    linear(writer, after, [WIDTH, BASE.inner]),
  );
  const bent = writer.within("intermediate/act", () => geluByErf(writer, wide));
  const narrow = writer.within("output/dense", () =>
    linear(writer, bent, [BASE.inner, WIDTH], ADDED_GAIN),
  );
  return writer.op("Add", [narrow, attended]);
}
