/** Samples made up by what each input seems to be for, where the user gives none. */
import { normal, random, type Random } from "../../random.ts";
import { ELEMENT, elementCount } from "../tensor.ts";
import type { HostTensor, Tensors } from "../runner.ts";
import { roughField, wave } from "./fields.ts";
import { sides, type InputRole, type ModelInput } from "./input.ts";
import { textLine } from "./text-line.ts";

/** `count` samples of `inputs`; the same seed gives the same samples. */
export function generatedSamples(
  inputs: readonly ModelInput[],
  count: number,
  seed: number,
): readonly Tensors[] {
  const draw = random(seed);
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      inputs.map((input) => [input.name, tensorOf(input, valuesOf(input, inputs, draw))]),
    ),
  );
}

/** Numbers of a picture are written as colours of 0 to 255 in whole types, else as shares around 0. */
function tensorOf({ type, dims }: ModelInput, values: Float64Array): HostTensor {
  return { type, dims, bytes: encoded(type, values) };
}

/** Numbers as the bytes of an element type. */
export function encoded(type: number, values: Float64Array): Uint8Array {
  const bytes = (view: { readonly buffer: ArrayBufferLike }) => new Uint8Array(view.buffer);
  switch (type) {
    case ELEMENT.int64:
      return bytes(BigInt64Array.from(values, (value) => BigInt(Math.round(value))));
    case ELEMENT.int32:
      return bytes(Int32Array.from(values));
    case ELEMENT.double:
      return bytes(values);
    case ELEMENT.uint8:
    case ELEMENT.bool:
      return Uint8Array.from(values);
    case ELEMENT.int8:
      return bytes(Int8Array.from(values));
    case ELEMENT.half:
      return bytes(Uint16Array.from(values, halfBits));
    default:
      return bytes(Float32Array.from(values));
  }
}

/** Towards zero, below 65,520; smaller than 2⁻¹⁴ is 0. Source: IEEE 754-2019, binary16 */
export function halfBits(value: number): number {
  const size = Math.abs(value);
  const sign = value < 0 ? 0x8000 : 0;
  if (size < 2 ** -14) return sign;
  const exponent = Math.min(15, Math.floor(Math.log2(size)));
  const fraction = Math.min(1023, Math.floor((size / 2 ** exponent - 1) * 1024));
  return sign | ((exponent + 15) << 10) | fraction;
}

type Maker = (input: ModelInput, draw: Random, inputs: readonly ModelInput[]) => Float64Array;

function valuesOf(input: ModelInput, inputs: readonly ModelInput[], draw: Random): Float64Array {
  return MAKERS[input.role](input, draw, inputs);
}

const STATE_SPREAD = 0.3;
const SOUND_RATE = 16_000;

const MAKERS: Readonly<Record<InputRole, Maker>> = {
  picture: (input, draw) => pictures(input, draw, (height, width) => scene(draw, height, width)),
  line: (input, draw) => pictures(input, draw, (height, width) => writing(draw, height, width)),
  sound: ({ dims }, draw) => Float64Array.from(wave(draw, elementCount(dims))),
  tokens: ({ dims, range }, draw) => filled(dims, () => zipf(draw, range)),
  mask: ({ dims }) => filled(dims, () => 1),
  places: ({ dims }) => filled(dims, (index) => index % (dims.at(-1) ?? 1)),
  zeros: ({ dims }) => filled(dims, () => 0),
  ones: ({ dims }) => filled(dims, () => 1),
  rate: ({ dims }) => filled(dims, () => SOUND_RATE),
  sizes: ({ dims }, _, inputs) => sizesOf(dims, inputs),
  state: ({ dims }, draw) => filled(dims, () => STATE_SPREAD * normal(draw)),
  numbers: (input, draw) => rough(input, draw),
};

function filled(dims: readonly number[], at: (index: number) => number): Float64Array {
  return Float64Array.from({ length: elementCount(dims) }, (_, index) => at(index));
}

/** Words by rank: the second is half as frequent as the first. Source: Zipf 1935 */
function zipf(draw: Random, range: number): number {
  return Math.min(range - 1, Math.floor(range ** draw()) - 1);
}

/** Sizes of what else is put in: of a picture its sides, else the longest length. */
function sizesOf(dims: readonly number[], inputs: readonly ModelInput[]): Float64Array {
  const picture = inputs.map(sides).find((found) => found !== null);
  const longest = Math.max(1, ...inputs.flatMap((each) => each.dims));
  if (picture === undefined) return filled(dims, () => (dims.length === 0 ? 1 : longest));
  return filled(dims, (index) => (index % 2 === 0 ? picture.height : picture.width));
}

/** Colours by place, all in -1 to 1, as a picture that was brought to that range; `plane` gives one such colour. */
function pictures(
  input: ModelInput,
  draw: Random,
  plane: (height: number, width: number) => readonly Float32Array[],
): Float64Array {
  const found = sides(input);
  if (found === null) return rough(input, draw);
  const { height, width, colours, areLast } = found;
  const area = height * width;
  const values = new Float64Array(elementCount(input.dims));
  const toColour = (share: number) =>
    input.type === ELEMENT.uint8 ? Math.round(127.5 * (1 + share)) : share;
  for (let first = 0; first < values.length; first += colours * area) {
    const planes = plane(height, width);
    for (let colour = 0; colour < colours; colour += 1) {
      const from = planes[colour % planes.length];
      for (let index = 0; index < area; index += 1) {
        const at = areLast ? index * colours + colour : colour * area + index;
        values[first + at] = toColour(Math.max(-1, Math.min(1, from?.[index] ?? 0)));
      }
    }
  }
  return values;
}

/**
 * Three colours that go together, as those of things do: one field of light, and one that shifts them against each
 * other. Each picture has its own light and contrast.
 */
function scene(draw: Random, height: number, width: number): readonly Float32Array[] {
  const grey = roughField(draw, height, width);
  const shift = roughField(draw, height, width);
  const [light, contrast] = [0.3 * normal(draw), 0.25 + 0.35 * draw()];
  const things = edges(draw, height, width);
  return [0, 1, 2].map(() => {
    const [tint, share] = [0.2 * normal(draw), 0.4 * normal(draw)];
    return grey.map(
      (value, index) =>
        light + tint + contrast * (value + share * (shift[index] ?? 0)) + (things[index] ?? 0),
    );
  });
}

const THINGS = 6;

/** Flat things with sharp edges, one before another. */
function edges(draw: Random, height: number, width: number): Float32Array {
  const field = new Float32Array(height * width);
  for (let thing = 0; thing < THINGS; thing += 1) {
    const [x, y] = [width * draw(), height * draw()];
    const [halfWidth, halfHeight] = [0.3 * width * draw(), 0.3 * height * draw()];
    const [shade, isRound] = [0.5 * normal(draw), draw() < 0.5];
    const top = Math.max(0, Math.floor(y - halfHeight));
    for (let row = top; row < Math.min(height, y + halfHeight); row += 1) {
      const left = Math.max(0, Math.floor(x - halfWidth));
      for (let column = left; column < Math.min(width, x + halfWidth); column += 1) {
        const away = ((column - x) / halfWidth) ** 2 + ((row - y) / halfHeight) ** 2;
        if (!isRound || away < 1) field[row * width + column] = shade;
      }
    }
  }
  return field;
}

/** Dark on light or light on dark, with a little grain. */
function writing(draw: Random, height: number, width: number): readonly Float32Array[] {
  const ink = textLine(draw, height, width);
  const paper = (draw() < 0.8 ? 1 : -1) * (0.6 + 0.4 * draw());
  const grain = 0.05 * draw();
  return [ink.map((share) => paper * (1 - 1.8 * share) + grain * normal(draw))];
}

/** A field over the last two axes; whole types take its signs alone. */
function rough({ dims, type }: ModelInput, draw: Random): Float64Array {
  const values = new Float64Array(elementCount(dims));
  const width = dims.at(-1) ?? 1;
  const height = dims.length < 2 ? 1 : (dims.at(-2) ?? 1);
  for (let first = 0; first < values.length; first += width * height) {
    values.set(roughField(draw, height, width), first);
  }
  return type === ELEMENT.uint8 ? values.map((value) => 127.5 + 40 * value) : values;
}
