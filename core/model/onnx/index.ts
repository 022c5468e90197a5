export { decodeOnnxFile, encodeOnnxFile } from "./codec.ts";
export { readOnnx } from "./read-onnx.ts";
export type { OnnxSizes } from "./read-onnx.ts";
export { inferValues } from "./infer-values.ts";
export type { InferredSize, InferredValue } from "./infer-values.ts";
