/** The kernels of the road, assembled from their text. */
import { readFileSync } from "node:fs";
import wabt from "wabt";

const TEXT = new URL("../web/road/kernels.wat", import.meta.url);

export async function assembledKernels(): Promise<Uint8Array<ArrayBuffer>> {
  const { parseWat } = await wabt();
  const module = parseWat("kernels.wat", readFileSync(TEXT, "utf8"), {
    simd: true,
    bulk_memory: true,
  });
  module.validate();
  const { buffer } = module.toBinary({});
  module.destroy();
  return new Uint8Array(buffer);
}
