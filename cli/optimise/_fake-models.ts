/** Small ONNX files that run, for tests of what optimises them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { file, node, value } from "../../core/model/onnx/_fake-models.ts";
import { normal, random } from "../../core/random.ts";
import { floatTensor } from "../../core/optimise/index.ts";

const CHANNELS = 16;

function numbers(name: string, dims: readonly number[], seed: number, spread: number) {
  const draw = random(seed);
  const count = dims.reduce((total, size) => total * size, 1);
  return floatTensor(
    name,
    dims,
    Float32Array.from({ length: count }, () => spread * normal(draw)),
  );
}

/**
 * Four convolutions of 16 channels over 32 × 32 points, each times and plus one number, as Paddle exports them, with a
 * product of 16 columns at the end.
 */
export function scaledConvolutions(): Uint8Array {
  const layers = [0, 1, 2, 3];
  const input = (layer: number) => (layer === 0 ? "x" : `r${layer - 1}`);
  const channels = (layer: number) => (layer === 0 ? 3 : CHANNELS);
  return file(
    {
      input: [value("x", [1, 3, 32, 32])],
      initializer: [
        ...layers.flatMap((layer) => [
          numbers(`w${layer}`, [CHANNELS, channels(layer), 3, 3], layer, 0.12),
          numbers(`m${layer}`, [1], 10 + layer, 1),
          numbers(`a${layer}`, [1], 20 + layer, 0.1),
        ]),
        numbers("wide", [CHANNELS, 10], 30, 0.25),
      ],
      node: [
        ...layers.flatMap((layer) => [
          node("Conv", `${input(layer)} w${layer}`, `c${layer}`, { pads: [1, 1, 1, 1] }),
          node("Mul", `c${layer} m${layer}`, `p${layer}`),
          node("Add", `p${layer} a${layer}`, `s${layer}`),
          node("Relu", `s${layer}`, `r${layer}`),
        ]),
        node("GlobalAveragePool", "r3", "g"),
        node("Flatten", "g", "f"),
        node("MatMul", "f wide", "logits"),
      ],
      output: [value("logits", [1, 10])],
    },
    { opset: 13 },
  );
}

/** The path of a new file in `folder` with these bytes. */
export function written(folder: string, name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
