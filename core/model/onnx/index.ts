export { decodeOnnxFile, encodeOnnxFile } from "./codec.ts";
export { inOrder } from "./_order.ts";
export { innerGraphs, readsOf } from "./_reads.ts";
export { batchSizes, openSizes } from "./_open-sizes.ts";
export { readOnnx } from "./read-onnx.ts";
export type { OnnxSizes } from "./read-onnx.ts";
export { inferValues } from "./infer-values.ts";
export type { InferredSize, InferredValue } from "./infer-values.ts";
