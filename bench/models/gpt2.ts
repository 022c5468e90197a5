/**
 * GPT-2 small with its cache as inputs and outputs, as exporters write it: new keys and values are joined to the
 * past ones, and everything is copied at every token. The table of words is stored once and turned for the scores.
 *
 * Source: Radford et al. 2019, "Language models are unsupervised multitask learners", section 2.3 and table 2;
 * the names of inputs and outputs are those of optimum's exporter
 */
import { ELEMENT } from "../../core/optimise/index.ts";
import { geluByTanh, layerNorm } from "./_pointwise.ts";
import { headsApart, headsJoined, linearWeight, LOWEST, maskAdded } from "./_transformer.ts";
import { ModelWriter } from "./_model-writer.ts";

const LAYERS = 12;
const HEADS = 12;
const HEAD = 64;
const SPLIT = { heads: HEADS, headDim: HEAD };
const WIDTH = HEADS * HEAD;
const INNER = 4 * WIDTH;
const VOCABULARY = 50_257;
const POSITIONS = 1024;
/** Source: Radford et al. 2019, section 2.3: what layers add starts at 1/√N of N additions. */
const ADDED_GAIN = 1 / Math.sqrt(2 * LAYERS);

const PAST = ["batch_size", HEADS, "past_sequence_length", HEAD];
const PRESENT = ["batch_size", HEADS, "past_sequence_length + sequence_length", HEAD];

export function gpt2(): Uint8Array {
  const writer = new ModelWriter(117);
  const tokens = ["batch_size", "sequence_length"];
  const ids = writer.input("input_ids", tokens, ELEMENT.int64);
  const attended = writer.input(
    "attention_mask",
    ["batch_size", "past_sequence_length + sequence_length"],
    ELEMENT.int64,
  );
  const places = writer.input("position_ids", tokens, ELEMENT.int64);
  const caches = Array.from({ length: LAYERS }, (_, layer) => ({
    key: writer.input(`past_key_values.${layer}.key`, PAST),
    value: writer.input(`past_key_values.${layer}.value`, PAST),
  }));
  const mask = maskAdded(writer, attended);
  const causal = causalMask(writer);
  const words = table(writer, "transformer/wte", VOCABULARY, 0.1);
  const positions = table(writer, "transformer/wpe", POSITIONS, 0.05);
  let running = writer.op("Add", [
    writer.op("Gather", [words, ids]),
    writer.op("Gather", [positions, places]),
  ]);
  for (const [layer, cache] of caches.entries()) {
    const input = running;
    const block = writer.within(`transformer/h.${layer}`, () =>
      blockOf(writer, { input, cache, mask, causal }),
    );
    running = block.output;
    writer.output(`present.${layer}.key`, block.key, PRESENT);
    writer.output(`present.${layer}.value`, block.value, PRESENT);
  }
  const normed = writer.within("transformer/ln_f", () => layerNorm(writer, running, WIDTH));
  const turned = writer.op("Transpose", [words], { perm: [1, 0] });
  const scores = writer.within("lm_head", () => writer.op("MatMul", [normed, turned]));
  writer.output("logits", scores, [...tokens, VOCABULARY]);
  return writer.file("gpt2", 17);
}

function table(writer: ModelWriter, name: string, rows: number, deviation: number): string {
  const values = writer.weights.normal(rows * WIDTH, 0, deviation);
  return writer.within(name, () => writer.stored("weight", [rows, WIDTH], values));
}

/** True where a position may attend: at and below the diagonal. */
function causalMask(writer: ModelWriter): string {
  const flags = new Uint8Array(POSITIONS * POSITIONS);
  for (let row = 0; row < POSITIONS; row += 1)
    flags.fill(1, row * POSITIONS, row * POSITIONS + row + 1);
  return writer.storedBytes("transformer/bias", [1, 1, POSITIONS, POSITIONS], flags, ELEMENT.bool);
}

interface Block {
  readonly input: string;
  readonly cache: { readonly key: string; readonly value: string };
  readonly mask: string;
  readonly causal: string;
}

interface Written {
  readonly output: string;
  readonly key: string;
  readonly value: string;
}

function blockOf(writer: ModelWriter, block: Block): Written {
  const before = writer.within("ln_1", () => layerNorm(writer, block.input, WIDTH));
  const {
    output: mixed,
    key,
    value,
  } = writer.within("attn", () => attention(writer, before, block));
  const attended = writer.op("Add", [mixed, block.input]);
  const after = writer.within("ln_2", () => layerNorm(writer, attended, WIDTH));
  const narrow = writer.within("mlp", () => {
    const wide = writer.within("c_fc", () => conv1d(writer, after, [WIDTH, INNER], 1));
    const bent = writer.within("act", () => geluByTanh(writer, wide));
    return writer.within("c_proj", () => conv1d(writer, bent, [INNER, WIDTH], ADDED_GAIN));
  });
  return { output: writer.op("Add", [attended, narrow]), key, value };
}

function attention(writer: ModelWriter, input: string, { cache, mask, causal }: Block): Written {
  const joined = writer.within("c_attn", () => conv1d(writer, input, [WIDTH, 3 * WIDTH], 1));
  const [query = "", newKey = "", newValue = ""] = writer.split(
    "Split",
    [joined, writer.whole([WIDTH, WIDTH, WIDTH])],
    3,
    { axis: 2 },
  );
  const queries = headsApart(writer, query, SPLIT);
  const key = writer.op("Concat", [cache.key, headsApart(writer, newKey, SPLIT)], { axis: -2 });
  const value = writer.op("Concat", [cache.value, headsApart(writer, newValue, SPLIT)], {
    axis: -2,
  });
  const turned = writer.op("Transpose", [key], { perm: [0, 1, 3, 2] });
  const scores = writer.op("Div", [
    writer.op("MatMul", [queries, turned]),
    writer.scalar(Math.sqrt(HEAD)),
  ]);
  const allowed = allowedOf(writer, { causal, key, queries });
  const seen = writer.op("Where", [allowed, scores, writer.scalar(LOWEST)]);
  const shares = writer.op("Softmax", [writer.op("Add", [seen, mask])], { axis: -1 });
  const mixed = headsJoined(writer, writer.op("MatMul", [shares, value]), SPLIT);
  const output = writer.within("c_proj", () => conv1d(writer, mixed, [WIDTH, WIDTH], ADDED_GAIN));
  return { output, key, value };
}

/** Rows of the causal mask that the queries are, up to the last key. */
function allowedOf(
  writer: ModelWriter,
  {
    causal,
    key,
    queries,
  }: { readonly causal: string; readonly key: string; readonly queries: string },
): string {
  const keys = writer.sizeOf(key, 2);
  const first = writer.op("Sub", [keys, writer.sizeOf(queries, 2)]);
  const rows = writer.op("Slice", [causal, first, keys, writer.whole([2]), writer.whole([1])]);
  return writer.op("Slice", [rows, writer.whole([0]), keys, writer.whole([3]), writer.whole([1])]);
}

/** The linear layer that GPT-2 calls a convolution: flattened, one Gemm, its sizes restored. */
function conv1d(
  writer: ModelWriter,
  input: string,
  [fanIn, out]: readonly [number, number],
  gain: number,
): string {
  const shape = writer.op(
    "Concat",
    [writer.sizeOf(input, 0), writer.sizeOf(input, 1), writer.whole([out])],
    { axis: 0 },
  );
  const flat = writer.op("Reshape", [input, writer.whole([-1, fanIn])]);
  const product = writer.op("Gemm", [
    flat,
    writer.stored("weight", [fanIn, out], linearWeight(writer, [fanIn, out], gain)),
    writer.stored("bias", [out], writer.weights.normal(out, 0, 0.02)),
  ]);
  return writer.op("Reshape", [product, shape]);
}
