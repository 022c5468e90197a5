/** Digests of files and samples. */
import { createHash } from "node:crypto";
import type { Tensors } from "../../core/optimise/index.ts";

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Of names, types, sizes and contents, in the order given. */
export function samplesDigest(samples: readonly Tensors[]): string {
  const hash = createHash("sha256");
  for (const sample of samples) {
    for (const [name, { type, dims, bytes }] of Object.entries(sample)) {
      hash.update(JSON.stringify([name, type, dims]));
      hash.update(bytes);
    }
  }
  return hash.digest("hex");
}
