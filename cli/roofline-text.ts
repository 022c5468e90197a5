/** The roofline of an estimate: a plot, a legend, and where the ridge is. */
import {
  quantityText,
  ridge,
  rooflineGroups,
  rooflinePlot,
  significant,
  type Device,
  type Estimate,
  type Numerics,
  type Roof,
} from "../core/index.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

/** What the device allows products of the weights; null where a source lacks its rate or bandwidth. */
export function roofOf({ peak, memory }: Device, { compute }: Numerics): Roof | null {
  const rate = peak[compute.linear] ?? peak.bf16 ?? peak.fp16;
  const bandwidth = memory?.bandwidth;
  return rate === undefined || bandwidth === undefined ? null : { peak: rate, bandwidth };
}

const COLUMNS_MAX = 64;
const ROWS = 11;
const MARGIN = 2;

/** Capitals for prompts, small letters for tokens. */
function letter(phase: "prefill" | "decode", index: number): string {
  return String.fromCodePoint((phase === "prefill" ? 65 : 97) + (index % 26));
}

export function rooflineText(estimate: Estimate, roof: Roof, shell: Shell): string {
  const all = rooflineGroups(estimate);
  const groups = (["prefill", "decode"] as const).flatMap((phase) =>
    all
      .filter((group) => group.phase === phase)
      .map((group, index) => ({ ...group, mark: letter(phase, index) })),
  );
  const columns = Math.min(COLUMNS_MAX, shell.columns - MARGIN);
  const plot = rooflinePlot(groups, roof, { columns, rows: ROWS });
  const flops = quantityText(roof.peak, "compute");
  const bytes = quantityText(roof.bandwidth, "bandwidth");
  return [
    paint(shell, "bold", "Roofline of one device: FLOP/s against FLOPs a byte, both logarithmic"),
    "",
    ...plot.map((line) => `${" ".repeat(MARGIN)}${line}`),
    "",
    `Ridge at ${significant(ridge(roof))} FLOPs a byte: ${flops} over ${bytes}`,
    "",
    laidOut(
      {
        columns: [
          { title: "part", align: "left" },
          { title: "step", align: "left" },
          { title: "FLOPs/byte", align: "right" },
          { title: "reached", align: "right" },
          { title: "of the roof", align: "right" },
        ],
        rows: groups.map(({ mark, group, phase, intensity, rate }) => [
          `${mark} ${group}`,
          phase,
          significant(intensity),
          quantityText(rate, "compute"),
          quantityText(rate / Math.min(roof.peak, intensity * roof.bandwidth), "fraction"),
        ]),
      },
      shell,
    ),
  ].join("\n");
}
