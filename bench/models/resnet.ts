/**
 * ResNet-50 at 224 x 224, the stride in the 3 x 3 convolution of a block, as torchvision has it.
 *
 * Source: He et al. 2015, arXiv 1512.03385, table 1; 4.09 G multiplications and 25.6 M parameters
 */
import { classified, convolution } from "./_convolutions.ts";
import { ModelWriter } from "./_model-writer.ts";

const STAGES = [
  { width: 64, blocks: 3 },
  { width: 128, blocks: 4 },
  { width: 256, blocks: 6 },
  { width: 512, blocks: 3 },
];
const EXPANSION = 4;
/** The last convolution of a block starts small, so that blocks add to what passes them and do not drown it. */
const BRANCH_GAIN = 0.4;

export function resnet50(): Uint8Array {
  const writer = new ModelWriter(50);
  const image = writer.input("input", ["batch_size", 3, 224, 224]);
  const stem = writer.within("conv1", () =>
    convolution(writer, image, { channelsIn: 3, channelsOut: 64, kernel: 7, stride: 2 }),
  );
  let running = writer.op("MaxPool", [writer.op("Relu", [stem])], {
    ceil_mode: 0,
    kernel_shape: [3, 3],
    pads: [1, 1, 1, 1],
    strides: [2, 2],
  });
  let channels = 64;
  for (const [stage, { width, blocks }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block += 1) {
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const input = { running, channels, width, stride };
      running = writer.within(`layer${stage + 1}.${block}`, () => bottleneck(writer, input));
      channels = width * EXPANSION;
    }
  }
  classified(writer, running, channels, 1000);
  return writer.file("resnet50", 17);
}

interface Block {
  readonly running: string;
  readonly channels: number;
  readonly width: number;
  readonly stride: number;
}

function bottleneck(writer: ModelWriter, { running, channels, width, stride }: Block): string {
  const channelsOut = width * EXPANSION;
  const rectified = (name: string, input: string, filter: Parameters<typeof convolution>[2]) =>
    writer.op("Relu", [writer.within(name, () => convolution(writer, input, filter))]);
  const narrow = rectified("conv1", running, {
    channelsIn: channels,
    channelsOut: width,
    kernel: 1,
  });
  const middle = rectified("conv2", narrow, {
    channelsIn: width,
    channelsOut: width,
    kernel: 3,
    stride,
  });
  const branch = writer.within("conv3", () =>
    convolution(writer, middle, {
      channelsIn: width,
      channelsOut,
      kernel: 1,
      gain: BRANCH_GAIN,
    }),
  );
  const passing =
    channels === channelsOut
      ? running
      : writer.within("downsample.0", () =>
          convolution(writer, running, {
            channelsIn: channels,
            channelsOut,
            kernel: 1,
            stride,
            gain: Math.SQRT1_2,
          }),
        );
  return writer.op("Relu", [writer.op("Add", [branch, passing])]);
}
