/** What products have reached on this machine, where `tenlane measure lanes` wrote it down. */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { decode } from "../../core/decode.ts";
import type { Reached } from "../../measure/onnx/index.ts";
import { readJson } from "../files.ts";
import { accepted } from "../input-error.ts";
import { deviceFolder } from "../own-devices.ts";
import type { Shell } from "../shell.ts";

/** Of the file that stands beside the device, what is asked for here. */
const lanesFile = z.object({
  machine: z.object({ name: z.object({ value: z.string() }).nullable() }),
  lanes: z.array(
    z.object({
      what: z.string(),
      precision: z.string().nullable(),
      threads: z.int().nullable(),
      rate: z.object({ p50: z.number() }),
    }),
  ),
});

/** With that many threads; null where nothing was written down, or of another machine. */
export async function reachedBefore(
  threads: number,
  shell: Pick<Shell, "environment">,
  processor = cpus()[0]?.model,
): Promise<Reached | null> {
  const file = join(deviceFolder(shell), "mine.lanes.json");
  if (!existsSync(file)) return null;
  const { machine, lanes } = accepted(decode(lanesFile, await readJson(file)), file);
  if (machine.name?.value !== processor) return null;
  const best = (format: string) =>
    Math.max(
      0,
      ...lanes
        .filter(({ what, precision }) => what === "matmul" && precision === format)
        .filter((lane) => lane.threads === threads)
        .map(({ rate }) => rate.p50),
    );
  const fp32 = best("fp32");
  return fp32 === 0 ? null : { fp32, int8: best("int8") || null };
}
