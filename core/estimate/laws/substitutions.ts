/**
 * What a device computes in place of what it is asked for.
 *
 * Source: see format.ts
 */
import type { Operator, Work } from "../../operators/index.ts";
import type { Precision } from "../../precision.ts";
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
  const { device } = target;
  const wanted = new Set(operators.map(({ work }) => computeOf(work)).filter((p) => p !== null));
  const sentences: string[] = [];
  for (const precision of wanted) {
    const format = target.formats[precision];
    if (format === null) return lacking(device.name, precision);
    if (format.precision !== precision) {
      sentences.push(`${device.name} has no ${precision} units; computed in ${format.precision}`);
    }
  }
  return target.scaleUp === null && operators.some(isLocalExchange)
    ? unlinked(device.name)
    : sentences;
}

function computeOf(work: Work): Precision | null {
  return "compute" in work ? work.compute : null;
}

function isLocalExchange({ work }: Operator): boolean {
  return work.kind === "collective" && work.ranks > 1;
}

function lacking(name: string, precision: Precision): Infeasible {
  return {
    kind: "infeasible",
    reason: "precision",
    message: `"${name}" computes neither ${precision} nor a wider format`,
  };
}

function unlinked(name: string): Infeasible {
  return {
    kind: "infeasible",
    reason: "figures",
    message: `"${name}" has neither a device link nor a host link in the catalogue`,
  };
}
