/** The best plan, quantity by quantity, and what it assumes. */
import type { System } from "../core/index.ts";
import { laidOut } from "./layout.ts";
import { paidText } from "./paid-text.ts";
import { paint } from "./paint.ts";
import { quantityTable, type QuantityRow } from "./quantity-table.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

export interface Best {
  readonly system: System;
  /** Those of which no price or place is known are left out. */
  readonly rows: readonly QuantityRow[];
  readonly assumptions: readonly string[];
  /** Before the table, and after it. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

export function bestText(
  { system, rows, assumptions, before = [], after = [] }: Best,
  shell: Shell,
): readonly string[] {
  return [
    wrapped(
      `${paint(shell, "bold", "Best")}: ${system.device.name}, ${paidText(system, shell)}`,
      shell.columns,
    ),
    ...before,
    "",
    laidOut(quantityTable(rows.filter(([, interval]) => interval !== null)), shell),
    ...after,
    ...assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
  ];
}
