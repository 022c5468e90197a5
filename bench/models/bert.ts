/**
 * BERT and MiniLM as exporters write them before opset 17: layer normalisation and GELU in small operators,
 * sizes read from the values.
 *
 * Source: Devlin et al. 2018, arXiv 1810.04805, section 3 (base: 12 layers of 768, 110 M parameters); Wang et al.
 * 2020, arXiv 2002.10957, and the 6-layer checkpoint of 384 that sentence-transformers names all-MiniLM-L6-v2
 */
import { ELEMENT } from "../../core/optimise/index.ts";
import { decomposedNorm, geluByErf } from "./_pointwise.ts";
import { linear, maskAdded, selfAttention, type Encoder } from "./_transformer.ts";
import { ModelWriter } from "./_model-writer.ts";

const VOCABULARY = 30_522;
const POSITIONS = 512;
const OPSET = 14;
const TOKENS = ["batch_size", "sequence_length"];

export function bertBase(): Uint8Array {
  return written("bert-base", { layers: 12, heads: 12, headDim: 64, inner: 3072 }, true);
}

export function miniLmL6(): Uint8Array {
  return written("MiniLM-L6", { layers: 6, heads: 12, headDim: 32, inner: 1536 }, false);
}

function written(name: string, encoder: Encoder, isPooled: boolean): Uint8Array {
  const writer = new ModelWriter(encoder.layers);
  const width = encoder.heads * encoder.headDim;
  const ids = writer.input("input_ids", TOKENS, ELEMENT.int64);
  const attended = writer.input("attention_mask", TOKENS, ELEMENT.int64);
  const types = writer.input("token_type_ids", TOKENS, ELEMENT.int64);
  const mask = maskAdded(writer, attended);
  let running = writer.within("embeddings", () => embedded(writer, [ids, types], width));
  for (let layer = 0; layer < encoder.layers; layer += 1) {
    const input = running;
    running = writer.within(`encoder/layer.${layer}`, () =>
      layerOf(writer, { input, mask }, encoder),
    );
  }
  if (isPooled) {
    const first = writer.op("Gather", [running, writer.whole(0)], { axis: 1 });
    const weight = writer.weights.normal(width * width, 0, 1 / Math.sqrt(width));
    const pooled = writer.within("pooler/dense", () =>
      writer.op(
        "Gemm",
        [
          first,
          writer.stored("weight", [width, width], weight),
          writer.stored("bias", [width], writer.weights.normal(width, 0, 0.05)),
        ],
        { transB: 1 },
      ),
    );
    writer.output("pooler_output", writer.op("Tanh", [pooled]), ["batch_size", width]);
  }
  writer.output("last_hidden_state", running, [...TOKENS, width]);
  return writer.file(name, OPSET);
}

function embedded(
  writer: ModelWriter,
  [ids, types]: readonly [string, string],
  width: number,
): string {
  const table = (name: string, rows: number) =>
    writer.stored(`${name}.weight`, [rows, width], writer.weights.normal(rows * width, 0, 0.05));
  const words = writer.op("Gather", [table("word_embeddings", VOCABULARY), ids]);
  const kinds = writer.op("Gather", [table("token_type_embeddings", 2), types]);
  const order = Array.from({ length: POSITIONS }, (_, place) => place);
  const places = writer.op("Slice", [
    writer.storedWholes("position_ids", [1, POSITIONS], order),
    writer.whole([0]),
    writer.sizeOf(ids, 1),
    writer.whole([1]),
    writer.whole([1]),
  ]);
  const positions = writer.op("Gather", [table("position_embeddings", POSITIONS), places]);
  const summed = writer.op("Add", [writer.op("Add", [words, kinds]), positions]);
  return writer.within("LayerNorm", () => decomposedNorm(writer, summed, width));
}

function layerOf(
  writer: ModelWriter,
  { input, mask }: { readonly input: string; readonly mask: string },
  encoder: Encoder,
): string {
  const width = encoder.heads * encoder.headDim;
  const mixed = writer.within("attention/self", () => selfAttention(writer, input, encoder, mask));
  const added = (name: string, value: string, fanIn: number, passing: string) =>
    writer.within(name, () => {
      const dense = writer.within("dense", () => linear(writer, value, [fanIn, width]));
      const sum = writer.op("Add", [dense, passing]);
      return writer.within("LayerNorm", () => decomposedNorm(writer, sum, width));
    });
  const attended = added("attention/output", mixed, width, input);
  const wide = writer.within("intermediate/dense", () =>
    linear(writer, attended, [width, encoder.inner]),
  );
  const bent = writer.within("intermediate/act", () => geluByErf(writer, wide));
  return added("output", bent, encoder.inner, attended);
}
