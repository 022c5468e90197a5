/**
 * What a device computes in place of what it is asked for.
 *
 * Source: see format.ts
 */
import type { Operator } from "../../operators/index.ts";
import { infeasible } from "../infeasible.ts";
import type { Infeasible } from "../types.ts";
import type { Target } from "./target.ts";

/**
 * Sentences on each format the device lacks and what stands in for it; none when it has them all.
 *
 * Errors: "infeasible" for precision when nothing can stand in, for figures when ranks have no link.
 */
export function substitutions(
  operators: readonly Operator[],
  target: Target,
): readonly string[] | Infeasible {
  const { name } = target.device;
  const wanted = new Set(operators.flatMap(({ work }) => ("compute" in work ? work.compute : [])));
  const sentences: string[] = [];
  for (const precision of wanted) {
    const format = target.formats[precision];
    if (format === null) {
      return infeasible("precision", `"${name}" computes neither ${precision} nor a wider format`);
    }
    if (format.precision !== precision) {
      sentences.push(`${name} has no ${precision} units; computed in ${format.precision}`);
    }
  }
  if (target.scaleUp !== null || !operators.some(isExchange)) return sentences;
  const message = `"${name}" has neither a device link nor a host link in the catalogue`;
  return infeasible("figures", message);
}

function isExchange({ work }: Operator): boolean {
  return work.kind === "collective" && work.ranks > 1;
}
