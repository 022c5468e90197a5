/** The rule of each operator that is modelled. */
import { FUSED_RULES } from "./_fused-rules.ts";
import { LAYOUT_RULES } from "./_layout-rules.ts";
import type { Rule } from "./_graph-node.ts";
import { MATRIX_RULES } from "./_matrix-rules.ts";
import { OTHER_RULES } from "./_other-rules.ts";
import { POINTWISE_RULES } from "./_pointwise-rules.ts";
import { SHAPE_RULES } from "./_shape-rules.ts";
import { WINDOW_RULES } from "./_window-rules.ts";

/** By name alone: the domains that share a name share its shapes. */
export const RULES: ReadonlyMap<string, Rule> = new Map(
  [
    POINTWISE_RULES,
    SHAPE_RULES,
    LAYOUT_RULES,
    WINDOW_RULES,
    MATRIX_RULES,
    FUSED_RULES,
    OTHER_RULES,
  ].flatMap((rules) =>
    rules.flatMap(([names, rule]) => names.split(" ").map((name): [string, Rule] => [name, rule])),
  ),
);

const DOMAINS: ReadonlySet<string> = new Set([
  "",
  "ai.onnx",
  "ai.onnx.ml",
  "ai.onnx.preview.training",
  "com.microsoft",
  "com.ms.internal.nhwc",
]);

/** Null for an operator that is not modelled: its name may mean anything in another's domain. */
export function ruleOf(domain: string, operator: string): Rule | null {
  return DOMAINS.has(domain) ? (RULES.get(operator) ?? null) : null;
}
