export { onnxRunner } from "./runner.ts";
export type { RunnerOptions } from "./runner.ts";
