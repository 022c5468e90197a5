/**
 * Formats of GGUF tensors, and the mixtures of them that files are named after.
 *
 * Source: ggml/include/ggml.h (`enum ggml_type`) and ggml/src/ggml-common.h (block layouts) of
 * llama.cpp; mixtures: its examples/quantize/README.md, table "Llama 2 7B", bits a weight.
 */
export interface GgufType {
  readonly name: string;
  /** Values a block. */
  readonly values: number;
  /** Bytes a block. */
  readonly bytes: number;
}

/** By the number that stands in the file. */
export const GGUF_TYPES: ReadonlyMap<number, GgufType> = new Map(
  (
    [
      [0, "f32", 1, 4],
      [1, "f16", 1, 2],
      [2, "q4_0", 32, 18],
      [3, "q4_1", 32, 20],
      [6, "q5_0", 32, 22],
      [7, "q5_1", 32, 24],
      [8, "q8_0", 32, 34],
      [9, "q8_1", 32, 36],
      [10, "q2_k", 256, 84],
      [11, "q3_k", 256, 110],
      [12, "q4_k", 256, 144],
      [13, "q5_k", 256, 176],
      [14, "q6_k", 256, 210],
      [15, "q8_k", 256, 292],
      [16, "iq2_xxs", 256, 66],
      [17, "iq2_xs", 256, 74],
      [18, "iq3_xxs", 256, 98],
      [19, "iq1_s", 256, 50],
      [20, "iq4_nl", 32, 18],
      [21, "iq3_s", 256, 110],
      [22, "iq2_s", 256, 82],
      [23, "iq4_xs", 256, 136],
      [24, "i8", 1, 1],
      [25, "i16", 1, 2],
      [26, "i32", 1, 4],
      [27, "i64", 1, 8],
      [28, "f64", 1, 8],
      [29, "iq1_m", 256, 56],
      [30, "bf16", 1, 2],
      [34, "tq1_0", 256, 54],
      [35, "tq2_0", 256, 66],
      [39, "mxfp4", 32, 17],
    ] as const
  ).map(([id, name, values, bytes]) => [id, { name, values, bytes }]),
);

/** Bits a weight over a whole file, embedding and head included. */
export const GGUF_MIXES: readonly (readonly [name: string, bits: number])[] = [
  ["q2_k", 3.35],
  ["q3_k_s", 3.5],
  ["q3_k_m", 3.91],
  ["q3_k_l", 4.27],
  ["q4_0", 4.5],
  ["q4_1", 5],
  ["q4_k_s", 4.58],
  ["q4_k_m", 4.84],
  ["q5_0", 5.5],
  ["q5_1", 6],
  ["q5_k_s", 5.52],
  ["q5_k_m", 5.68],
  ["q6_k", 6.5625],
  ["q8_0", 8.5],
  ["iq4_nl", 4.5],
  ["iq4_xs", 4.25],
];
