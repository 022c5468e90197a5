/**
 * MobileNetV2 of width 1 at 224 x 224.
 *
 * Source: Sandler et al. 2018, arXiv 1801.04381, table 2; 300.8 M multiplications and 3.50 M parameters
 */
import { classified, convolution, type Filter } from "./_convolutions.ts";
import { ModelWriter } from "./_model-writer.ts";

/** Expansion, channels, repeats, stride of the first. */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;
const LAST = 1280;
/** Narrow ends are not rectified, so they keep their variance at half of He's. */
const LINEAR_GAIN = Math.SQRT1_2;
/** Blocks add to what passes them and do not drown it. */
const ADDED_GAIN = 0.4;

export function mobilenet(): Uint8Array {
  const writer = new ModelWriter(2);
  const image = writer.input("input", ["batch_size", 3, 224, 224]);
  let channels = 32;
  let running = clipped(writer, "features.0.0", image, {
    channelsIn: 3,
    channelsOut: channels,
    kernel: 3,
    stride: 2,
  });
  let place = 1;
  for (const [expansion, width, repeats, stride] of STAGES) {
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const block = { expansion, channels, width, stride: repeat === 0 ? stride : 1 };
      const input = running;
      running = writer.within(`features.${place}`, () => inverted(writer, input, block));
      channels = width;
      place += 1;
    }
  }
  const last = { channelsIn: channels, channelsOut: LAST, kernel: 1, gain: Math.SQRT2 };
  classified(writer, clipped(writer, `features.${place}.0`, running, last), LAST, 1000);
  return writer.file("mobilenet_v2", 17);
}

interface Block {
  readonly expansion: number;
  readonly channels: number;
  readonly width: number;
  readonly stride: number;
}

function inverted(
  writer: ModelWriter,
  input: string,
  { expansion, channels, width, stride }: Block,
): string {
  const wide = expansion * channels;
  const expanded =
    expansion === 1
      ? input
      : clipped(writer, "conv.0.0", input, { channelsIn: channels, channelsOut: wide, kernel: 1 });
  const depthwise = { channelsIn: wide, channelsOut: wide, kernel: 3, stride, groups: wide };
  const spread = clipped(writer, "conv.1.0", expanded, depthwise);
  const isAdded = stride === 1 && channels === width;
  const gain = isAdded ? ADDED_GAIN : LINEAR_GAIN;
  const narrow = writer.within("conv.2", () =>
    convolution(writer, spread, { channelsIn: wide, channelsOut: width, kernel: 1, gain }),
  );
  return isAdded ? writer.op("Add", [input, narrow]) : narrow;
}

/** With its ends at 0 and 6, which the exporter writes as constants. */
function clipped(writer: ModelWriter, name: string, input: string, filter: Filter): string {
  return writer.within(name, () => {
    const values = convolution(writer, input, filter);
    return writer.op("Clip", [values, writer.scalar(0), writer.scalar(6)]);
  });
}
