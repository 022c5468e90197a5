/**
 * Writes the generated development models as files.
 *
 *     npx node bench/generate.ts /tmp/models             # all
 *     npx node bench/generate.ts /tmp/models resnet-50   # one
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GENERATED } from "./models/index.ts";

const [folder = ".", ...ids] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const { id, sizes, file } of GENERATED) {
  if (ids.length > 0 && !ids.includes(id)) continue;
  const path = join(folder, `${id}.onnx`);
  writeFileSync(path, file());
  const flags = Object.entries(sizes).map(([name, size]) => `--dim ${name}=${size}`);
  console.log(`${path} ${flags.join(" ")}`);
}
