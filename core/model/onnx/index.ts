export { decodeOnnxFile, encodeOnnxFile } from "./codec.ts";
export { readOnnx } from "./read-onnx.ts";
export type { OnnxSizes } from "./read-onnx.ts";
