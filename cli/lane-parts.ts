/** Parts of a measurement of lanes, as `--parts` names them. */
import type { Lane, Measured } from "../measure/lanes/index.ts";

/** What measured a lane of processors. */
export function lanePart({ method }: Pick<Lane, "method">): string {
  return method.startsWith("wasm") ? "wasm" : "native";
}

/** What measured a GPU's lanes. */
export function gpuPart({ by }: Pick<Measured["gpus"][number]["gpu"], "by">): string {
  return by.toLowerCase();
}
