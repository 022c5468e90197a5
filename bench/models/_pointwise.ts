/** Layer normalisation and GELU, as exporters spell them. */
import type { ModelWriter } from "./_model-writer.ts";

interface Scale {
  readonly weight: string;
  readonly bias: string;
}

function normScale(writer: ModelWriter, width: number): Scale {
  return {
    weight: writer.stored("weight", [width], writer.weights.normal(width, 1, 0.1)),
    bias: writer.stored("bias", [width], writer.weights.normal(width, 0, 0.1)),
  };
}

/** A layer normalisation before opset 17: nine nodes. */
export function decomposedNorm(writer: ModelWriter, input: string, width: number): string {
  const { weight, bias } = normScale(writer, width);
  const mean = (of: string) => writer.op("ReduceMean", [of], { axes: [-1], keepdims: 1 });
  const centred = writer.op("Sub", [input, mean(input)]);
  const variance = mean(writer.op("Pow", [centred, writer.scalar(2)]));
  const deviation = writer.op("Sqrt", [writer.op("Add", [variance, writer.scalar(1e-12)])]);
  const scaled = writer.op("Mul", [writer.op("Div", [centred, deviation]), weight]);
  return writer.op("Add", [scaled, bias]);
}

/** The operator of opset 17. */
export function layerNorm(writer: ModelWriter, input: string, width: number): string {
  const { weight, bias } = normScale(writer, width);
  return writer.op("LayerNormalization", [input, weight, bias], {
    axis: -1,
    epsilon: { float: 1e-5 },
  });
}

/** x (1 + erf(x / √2)) / 2. Source: Hendrycks and Gimpel 2016, arXiv 1606.08415, section 2 */
export function geluByErf(writer: ModelWriter, input: string): string {
  const erf = writer.op("Erf", [writer.op("Div", [input, writer.scalar(Math.SQRT2)])]);
  const grown = writer.op("Mul", [input, writer.op("Add", [erf, writer.scalar(1)])]);
  return writer.op("Mul", [grown, writer.scalar(0.5)]);
}

/** 0.5 x (1 + tanh(√(2/π) (x + 0.044715 x³))). Source: as {@link geluByErf} */
export function geluByTanh(writer: ModelWriter, input: string): string {
  const halved = writer.op("Mul", [input, writer.scalar(0.5)]);
  const cube = writer.op("Mul", [
    writer.op("Pow", [input, writer.scalar(3)]),
    writer.scalar(0.044715),
  ]);
  const inner = writer.op("Mul", [
    writer.op("Add", [input, cube]),
    writer.scalar(Math.sqrt(2 / Math.PI)),
  ]);
  const grown = writer.op("Add", [writer.op("Tanh", [inner]), writer.scalar(1)]);
  return writer.op("Mul", [halved, grown]);
}
