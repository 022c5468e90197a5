/** How well each device's kernels are predicted, in sample and from the other devices. */
import { fitLaws } from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { inputError } from "./input-error.ts";
import { progress } from "./progress.ts";
import type { Shell } from "./shell.ts";

/** Tables are Parquet, whose reader not every user has. Errors: no reader; no tables in the folder. */
export async function kernelAnswer(folder: string, shell: Shell): Promise<Answer> {
  const { kernelSamples } = await import("../measure/kernels/samples.ts").catch(refuseReader);
  const samples = await kernelSamples(folder);
  if (samples.length === 0) throw inputError(folder, "kernel tables, a folder a system", "none");
  const bar = progress(shell, `laws of ${samples.length} kernel times`);
  const { errorRows, errorTable } = await import("../measure/kernels/report.ts");
  const errors = errorRows(fitLaws(samples, bar.reach));
  bar.end();
  return { json: { errors }, text: () => `${errorTable(errors)}\n` };
}

function refuseReader(error: unknown): never {
  const isMissing = error instanceof Error && "code" in error;
  if (!isMissing || error.code !== "ERR_MODULE_NOT_FOUND") throw error;
  const reader = "a reader of Parquet; npm install hyparquet hyparquet-compressors";
  throw inputError("--kernels", reader, "none");
}
