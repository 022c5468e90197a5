/** What a search found, in words. */
import {
  SHIPPED,
  type Candidate,
  type Certificate,
  type Comparison,
  type Ratio,
} from "../../core/optimise/index.ts";
import { DECIBELS_EQUAL, decibelsWorst } from "../../core/optimise/guard/index.ts";
import { quantityText, significant } from "../../core/report/index.ts";
import { numbered } from "../numbered.ts";
import { isHere } from "./targets.ts";

/** One sentence: what changed, by how much, how sure. */
export function headline({ input, chosen, finals, question }: Certificate): string {
  if (chosen === SHIPPED) {
    return `${input.name}: no gain beyond doubt; the file written is the file as shipped`;
  }
  const comparison = finals.find(({ name }) => name === chosen)?.comparison;
  if (comparison === undefined) return `${input.name}: ${chosen}`;
  const { before, after, control } = comparison;
  const { target } = question;
  if (!isHere(target)) {
    return `${input.name}: ${spanText(before.median, after.median)}, ${ratioText(comparison.ratio)} predicted for ${target}: ${chosen}`;
  }
  const threads = numbered(question.threads, "thread");
  return `${input.name}: ${spanText(before.median, after.median)}, ${gainText(comparison)} at ${threads}, the file against itself ${rangeText(control)}: ${chosen}`;
}

function spanText(before: number, after: number): string {
  return `${quantityText(before, "time")} → ${quantityText(after, "time")}`;
}

/** "1.25× [1.22–1.28]" */
export function ratioText(ratio: Ratio): string {
  return `${ratio.middle.toFixed(2)}× [${rangeText(ratio)}]`;
}

/** How many times as fast, by the clock that says so beyond doubt: the wall's, or that of the processor. */
export function gainText({ ratio, cpuRatio }: Pick<Comparison, "ratio" | "cpuRatio">): string {
  const isSurerByCpu = ratio.lower <= 1 && cpuRatio.lower > 1;
  return isSurerByCpu ? `${ratioText(cpuRatio)} CPU` : ratioText(ratio);
}

function rangeText({ lower, upper }: Ratio): string {
  return `${lower.toFixed(2)}–${upper.toFixed(2)}`;
}

/** Decibels of the worst output, as text. */
export function decibelText({ verdict }: Candidate): string {
  if (verdict === undefined) return "";
  const worst = decibelsWorst(verdict.errors);
  return worst >= DECIBELS_EQUAL ? "equal" : `${significant(worst)} dB`;
}

/** Of the one chosen, and of the others that nothing beats in everything. */
export function marked(
  { chosen, pareto }: Pick<Certificate, "chosen" | "pareto">,
  { name }: Pick<Candidate, "name">,
): string {
  if (name === chosen) return "→";
  return pareto.some((point) => point.name === name) ? "•" : "";
}

/** What a million items cost, at dollars an hour and items a second. */
export function millionText(price: number, rate: number): string {
  return quantityText(((price / 3600) * 1e6) / rate, "money");
}

/** What the marks say. */
export const PARETO =
  "→ written, • as good a trade: none is better in time, size and error at once";

export const END_WORDS: Readonly<Record<Candidate["end"], string>> = {
  baseline: "",
  gain: "faster",
  same: "no gain",
  slower: "slower",
  refused: "refused",
  failed: "failed",
  skipped: "skipped",
  unchanged: "no-op",
};
