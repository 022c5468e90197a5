/** Convolutions with their batch normalisation folded in, and the end of an image classifier. */
import type { ModelWriter } from "./_model-writer.ts";

export interface Filter {
  readonly channelsIn: number;
  readonly channelsOut: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly groups?: number;
  /** Of the values written to those read; 1 unless said. */
  readonly gain?: number;
}

export function convolution(writer: ModelWriter, input: string, filter: Filter): string {
  const { channelsIn, channelsOut, kernel, stride = 1, groups = 1, gain = 1 } = filter;
  const fanIn = (channelsIn / groups) * kernel * kernel;
  const weight = writer.weights.filters(channelsOut, fanIn, gain);
  const pad = (kernel - 1) / 2;
  return writer.op(
    "Conv",
    [
      input,
      writer.stored("weight", [channelsOut, channelsIn / groups, kernel, kernel], weight),
      writer.stored("bias", [channelsOut], writer.weights.normal(channelsOut, 0, 0.2 * gain)),
    ],
    {
      dilations: [1, 1],
      group: groups,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    },
  );
}

/** Mean over the image, and scores of `classes`. */
export function classified(
  writer: ModelWriter,
  input: string,
  channels: number,
  classes: number,
): void {
  const mean = writer.op("Flatten", [writer.op("GlobalAveragePool", [input])], { axis: 1 });
  const weight = writer.weights.normal(classes * channels, 0, 2 / Math.sqrt(channels));
  const scores = writer.within("fc", () =>
    writer.op(
      "Gemm",
      [
        mean,
        writer.stored("weight", [classes, channels], weight),
        writer.stored("bias", [classes], writer.weights.normal(classes, 0, 0.05)),
      ],
      { alpha: { float: 1 }, beta: { float: 1 }, transB: 1 },
    ),
  );
  writer.output("output", scores, ["batch_size", classes]);
}
