/** A sweep in short, for programs and for people. */
import { intervalText, quantityText, type Table } from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Cell } from "./sweep/cells.ts";
import type { Load } from "./sweep/flags.ts";
import type { Swept } from "./sweep/question.ts";

export function sweepAnswer({ header, out, cells }: Swept): Answer {
  const { study, points, shard } = header;
  const refused = cells.filter((each) => each.kind === "infeasible");
  return {
    json: { ...header, out, cells },
    text: (shell) => {
      const part = shard.count === 1 ? "" : `, shard ${shard.number} of ${shard.count}`;
      return [
        paint(shell, "bold", `${study}: ${points} points${part}`),
        "",
        laidOut(cellTable(cells.filter((each) => each.kind === "cell")), shell),
        ...refused.map(
          ({ plan, message }) => `${paint(shell, "yellow", "not feasible")} ${plan}: ${message}`,
        ),
        "Means over the seeds, between the lowest p10 and the highest p90 of a seed; equal draws in all plans.",
        ...(out === null ? [] : [`Every point: ${out}`]),
        "",
      ].join("\n");
    },
  };
}

function loadText(load: Load): string {
  return "rate" in load ? quantityText(load.rate, "requestRate") : `${load.users} users`;
}

function cellTable(cells: readonly Cell[]): Table {
  return {
    columns: [
      { title: "plan", align: "left", flexible: true },
      { title: "load", align: "right" },
      { title: "first token, p90", align: "right" },
      { title: "per token", align: "right" },
      { title: "within limits", align: "right" },
      { title: "state", align: "left" },
    ],
    rows: cells.map(({ plan, load, ttft, tpot, good, states }) => [
      plan,
      loadText(load),
      intervalText(ttft.p90, "time"),
      intervalText(tpot.mean, "time"),
      quantityText(good.mean, "fraction"),
      (["overloaded", "backlogged", "stable"] as const).find((state) => states[state] > 0) ?? "",
    ]),
  };
}
