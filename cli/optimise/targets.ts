/** What a model is made fast for: an engine of this machine, or a device that is not at hand. */
import { availableParallelism } from "node:os";

const PROVIDERS: ReadonlyMap<string, string> = new Map([
  ["native", "cpu"],
  ["wasm", "wasm"],
  ["webgpu", "webgpu"],
]);

/** Whether times are measured on this machine, and not predicted for a device of the catalogue. */
export function isHere(target: string): boolean {
  return PROVIDERS.has(target);
}

/** What ONNX Runtime runs on; outputs for a device that is not at hand are computed by the processor. */
export function providerOf(target: string): string {
  return PROVIDERS.get(target) ?? "cpu";
}

/** Copies and threads that there is room for: those of the processor, where that computes. */
export function coresOf(target: string): number {
  return target === "native" || target === "wasm" ? availableParallelism() : 1;
}
