export { compareDecoding, decodingRunner } from "./decode.ts";
export type { Writer } from "./decode.ts";
export { measuredCeilings } from "./ceilings.ts";
export { engineVersion } from "./engine-path.ts";
export { measureModel } from "./measure-model.ts";
export type { Load, LoadResult, ModelTimes, Reached } from "./measure-model.ts";
export { onnxRunner } from "./runner.ts";
export type { RunnerOptions } from "./runner.ts";
