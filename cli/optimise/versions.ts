/** Versions of what measures. */
import process from "node:process";
import manifest from "../../package.json" with { type: "json" };
import { engineVersion } from "../../measure/onnx/index.ts";

export function versions(): Readonly<Record<string, string>> {
  return {
    tenlane: manifest.version,
    node: process.versions.node,
    "onnxruntime-node": engineVersion("onnxruntime-node"),
  };
}
