/** A user's own measure of outputs: a module of JavaScript. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { numbersOf, type Metric, type Tensors } from "../../core/optimise/index.ts";
import { kindOf } from "../files.ts";
import { inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";

/** Outputs of a sample by name, as numbers with their sizes. */
type Plain = Readonly<
  Record<string, { readonly dims: readonly number[]; readonly values: ArrayLike<number> }>
>;

/**
 * The default export of `--metric`: a function of the outputs of all held-out samples that gives a number, of which
 * more is better. Errors: no such module, no function in it, a limit that is no number.
 */
export async function metricFrom(
  { metric, maxDrop }: { readonly metric?: string; readonly maxDrop?: number },
  shell: Shell,
): Promise<Metric | null> {
  if (metric === undefined) {
    if (maxDrop !== undefined) throw inputError("--max-drop", "--metric beside it", maxDrop);
    return null;
  }
  const dropMax = maxDrop ?? 0;
  if (!(dropMax >= 0)) throw inputError("--max-drop", "a number from 0", maxDrop);
  const path = resolve(shell.folder, metric);
  if ((await kindOf(path)) !== "file") throw inputError("--metric", "a module", metric);
  const loaded: { readonly default?: unknown } = await import(pathToFileURL(path).href);
  const own = loaded.default;
  if (typeof own !== "function") {
    throw inputError(metric, "a function as its default export", typeof own);
  }
  const of = (outputs: readonly Tensors[]) => {
    const value: unknown = own(outputs.map(plain));
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw inputError(metric, "a number from its function", value);
  };
  return { name: metric, of, dropMax };
}

function plain(outputs: Tensors): Plain {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [
      name,
      { dims: tensor.dims, values: numbersOf(tensor) ?? [] },
    ]),
  );
}
