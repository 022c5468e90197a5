/** Parts that transformers share, each spelled as torch's exporter spells it. */
import { ELEMENT } from "../../core/optimise/index.ts";
import type { ModelWriter } from "./_model-writer.ts";

/** Of 32-bit floats: what exporters write for "must not attend". */
export const LOWEST = -3.402_823_466_385_288_6e38;

/** x W + b by MatMul and Add, as a Linear over three dimensions is written: [in, out]. */
export function linear(
  writer: ModelWriter,
  input: string,
  [fanIn, out]: readonly [number, number],
  gain = 1,
): string {
  const weight = writer.stored("weight", [fanIn, out], linearWeight(writer, [fanIn, out], gain));
  const bias = writer.stored("bias", [out], writer.weights.normal(out, 0, 0.05));
  return writer.op("Add", [bias, writer.op("MatMul", [input, weight])]);
}

/** Keeps the variance of its input, times the square of `gain`. */
export function linearWeight(
  writer: ModelWriter,
  [fanIn, out]: readonly [number, number],
  gain: number,
): Float32Array {
  return writer.weights.normal(fanIn * out, 0, gain / Math.sqrt(fanIn));
}

export interface Heads {
  readonly heads: number;
  readonly headDim: number;
}

/** [batch, tokens, width] as [batch, heads, tokens, head], or with the last two exchanged; sizes read from the values. */
export function headsApart(
  writer: ModelWriter,
  input: string,
  { heads, headDim }: Heads,
  order: readonly number[] = [0, 2, 1, 3],
): string {
  const shape = writer.op(
    "Concat",
    [
      writer.sizeOf(input, 0),
      writer.sizeOf(input, 1),
      writer.whole([heads]),
      writer.whole([headDim]),
    ],
    { axis: 0 },
  );
  return writer.op("Transpose", [writer.op("Reshape", [input, shape])], { perm: order });
}

/** The inverse of {@link headsApart}. */
export function headsJoined(writer: ModelWriter, input: string, { heads, headDim }: Heads): string {
  const turned = writer.op("Transpose", [input], { perm: [0, 2, 1, 3] });
  const shape = writer.op(
    "Concat",
    [writer.sizeOf(turned, 0), writer.sizeOf(turned, 1), writer.whole([heads * headDim])],
    { axis: 0 },
  );
  return writer.op("Reshape", [turned, shape]);
}

/** [batch, tokens] of ones as [batch, 1, 1, tokens] of zeros; what is masked gets the lowest float. */
export function maskAdded(writer: ModelWriter, attended: string): string {
  const wide = writer.op("Unsqueeze", [
    writer.op("Unsqueeze", [attended, writer.whole([1])]),
    writer.whole([2]),
  ]);
  const float = writer.op("Cast", [wide], { to: ELEMENT.float });
  const absent = writer.op("Sub", [writer.scalar(1), float]);
  return writer.op("Mul", [absent, writer.scalar(LOWEST)]);
}

export interface Encoder extends Heads {
  readonly layers: number;
  readonly inner: number;
}

/** Softmax attention of queries, keys and values projected apart; `mask` is added to the scores. */
export function selfAttention(
  writer: ModelWriter,
  input: string,
  { heads, headDim }: Heads,
  mask: string | null,
): string {
  const width = heads * headDim;
  const projected = (name: string) =>
    writer.within(name, () => linear(writer, input, [width, width]));
  const split = { heads, headDim };
  const query = headsApart(writer, projected("query"), split);
  const key = headsApart(writer, projected("key"), split, [0, 2, 3, 1]);
  const value = headsApart(writer, projected("value"), split);
  const scores = writer.op("Div", [
    writer.op("MatMul", [query, key]),
    writer.scalar(Math.sqrt(headDim)),
  ]);
  const masked = mask === null ? scores : writer.op("Add", [scores, mask]);
  const shares = writer.op("Softmax", [masked], { axis: -1 });
  return headsJoined(writer, writer.op("MatMul", [shares, value]), split);
}
