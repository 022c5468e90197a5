/** A decoded picture as the tensor that an input takes. */
import { ELEMENT } from "../tensor.ts";
import type { HostTensor } from "../runner.ts";
import { encoded } from "./generate.ts";
import { sides, type ModelInput } from "./input.ts";

/** Rows of pixels, the channels of each together: grey, grey and opacity, colours, colours and opacity. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** The number that full light is. */
  readonly most: number;
  readonly values: ArrayLike<number>;
}

/** Ranges that models are trained with, as what is taken from a share of light and what that is divided by. */
const RANGES: Readonly<
  Record<string, (colour: number) => readonly [mean: number, spread: number]>
> = {
  "0..1": () => [0, 1],
  "-1..1": () => [0.5, 0.5],
  // Means and spreads of ImageNet's training set. Source: pytorch/vision, references/classification/presets.py
  imagenet: (colour) =>
    (
      [
        [0.485, 0.229],
        [0.456, 0.224],
        [0.406, 0.225],
      ] as const
    )[colour % 3] ?? [0.5, 0.5],
  "0..255": () => [0, 1 / 255],
};

export const PIXEL_RANGES: readonly string[] = Object.keys(RANGES);

/** Stretched to the sides of the input, between pixels blended; null where the input takes no picture. */
export function colourPlanes(pixels: Pixels, input: ModelInput, range: string): HostTensor | null {
  const found = sides(input);
  const scale = RANGES[range];
  if (found === null || scale === undefined) return null;
  const { height, width, colours, areLast } = found;
  const values = new Float64Array(height * width * colours);
  const isBytes = input.type === ELEMENT.uint8;
  for (let colour = 0; colour < colours; colour += 1) {
    const [mean, spread] = isBytes ? [0, 1 / 255] : scale(colour);
    for (let at = 0; at < height * width; at += 1) {
      const [y, x] = [Math.floor(at / width), at % width];
      const light = lightAt(pixels, { y: (y + 0.5) / height, x: (x + 0.5) / width }, colour);
      const place = areLast ? at * colours + colour : colour * height * width + at;
      values[place] = (light - mean) / spread;
    }
  }
  return {
    type: input.type,
    dims: [1, ...input.dims.slice(1)],
    bytes: encoded(input.type, values),
  };
}

/** Share of light at a place, both from 0 to 1; of grey pictures in every colour the same. */
function lightAt(
  { width, height, channels, most, values }: Pixels,
  { x, y }: { readonly x: number; readonly y: number },
  colour: number,
): number {
  const channel = channels < 3 ? 0 : Math.min(colour, 2);
  const across = Math.max(0, Math.min(width - 1, x * width - 0.5));
  const down = Math.max(0, Math.min(height - 1, y * height - 0.5));
  const [left, top] = [Math.floor(across), Math.floor(down)];
  const [right, below] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  const value = (row: number, column: number) =>
    values[(row * width + column) * channels + channel] ?? 0;
  const [dx, dy] = [across - left, down - top];
  const upper = value(top, left) * (1 - dx) + value(top, right) * dx;
  const lower = value(below, left) * (1 - dx) + value(below, right) * dx;
  return (upper * (1 - dy) + lower * dy) / most;
}
