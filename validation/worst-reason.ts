/** Why a row that is far off may be: what its source leaves out, and how far its own repeats lie apart. */
import { isInferenceX } from "./lengths.ts";
import type { Row } from "./row.ts";
import type { Checked } from "./validate.ts";

/** Figures of equal conditions further apart than this say that a condition is not recorded. */
const APART = 1.2;

/** Reasons for the rows of `checked`, worked out from all of them. */
export function worstReasons(checked: readonly Checked[]): (each: Checked) => string {
  const alike = Map.groupBy(checked, ({ row }) => conditions(row));
  return ({ row }) => {
    const values = (alike.get(conditions(row)) ?? []).map(({ measured }) => measured);
    const apart = Math.max(...values) / Math.min(...values);
    const reasons = [
      ...(apart > APART ? [`figures of its conditions differ ${apart.toPrecision(2)} times`] : []),
      ...(mayDraft(row) ? ["drafting not stated"] : []),
      ...leftOut(row),
    ];
    return reasons.length === 0 ? "unexplained" : reasons.join("; ");
  };
}

/** InferenceX serves models that ship a draft layer with it and without, and its rows do not say which. */
export function mayDraft(row: Row): boolean {
  return isInferenceX(row) && /deepseek|kimi/i.test(row.model);
}

function leftOut(row: Row): readonly string[] {
  const isText = row.output_tokens !== undefined || row.metric.includes("token");
  const states: readonly (readonly [boolean, string])[] = [
    [row.precision_weights !== "", "format"],
    [!isText || row.input_tokens !== undefined, "prompt length"],
    [row.task === "training" || row.batch_or_concurrency !== "", "load"],
    [(row.accelerators ?? 1) === 1 || row.tp !== undefined, "split"],
  ];
  const missing = states.flatMap(([isStated, name]) => (isStated ? [] : [name]));
  return missing.length === 0 ? [] : [`${missing.join(", ")} not stated`];
}

const CONDITIONS = [
  "model",
  "task",
  "phase",
  "hardware",
  "accelerators",
  "tp",
  "pp",
  "ep",
  "dp",
  "precision_weights",
  "engine",
  "batch_or_concurrency",
  "input_tokens",
  "output_tokens",
  "metric",
  "unit",
  "per",
] as const;

function conditions(row: Row): string {
  const split = /moe_tp \d+, moe_ep \d+|task [\w-]+/.exec(row.notes)?.[0] ?? "";
  return [...CONDITIONS.map((name) => String(row[name])), split].join("|");
}
