/** The table of `bench/optimise.ts`. */
import type { DevelopmentModel } from "./_development.ts";
import type { Tried } from "./_judge.ts";
import { where } from "./_results.ts";

/** What is measured of a model; parts that are not yet are absent. */
export interface Row {
  readonly model: DevelopmentModel;
  /** Refused: what the guard kept out, with its decibels. */
  readonly own?: Tried & { readonly refused: readonly string[] };
  readonly tools?: readonly Tried[];
  /** Items a second. */
  readonly rate?: { readonly before: number; readonly after: number; readonly how: string };
}

export function reportLines(rows: readonly Row[]): readonly string[] {
  const names = [...new Set(rows.flatMap(({ tools = [] }) => tools.map(({ name }) => name)))];
  const head = ["model", "bar", "tenlane", "A/A", "what", "refused", ...names];
  return [
    "## Models made faster",
    "",
    `${where()}, one thread, in turns with the file as shipped, by processor time (\`npx node bench/optimise.ts\`):`,
    "times as fast with an interval of 95 %; a decoder by a token of its loop. A/A is the file as shipped against itself",
    "in the same turns. Decibels: the worst output on samples that no calibration saw, against the file as shipped (of",
    "IS-Net small, the 16-bit original) with no rewrites of the engine; below 20 dB, or what the file itself has, nothing is timed. Refused: candidates",
    "that the guard kept out, with the decibels of the best of them. Tools are ONNX Runtime's own of Debian, run by the same engine; Olive is emulated by the",
    "same tools, as its passes call them: by its defaults it changes no .onnx file at all.",
    "",
    `| ${head.join(" | ")} |`,
    `| --- | --: | --- | --- | --- | --: |${names.map(() => " --- |").join("")}`,
    ...rows.map((row) => `| ${rowCells(row, names).join(" | ")} |`),
    "",
    ...rows.flatMap(rateLine),
    ...summary(rows),
  ];
}

function rowCells({ model, own, tools = [] }: Row, names: readonly string[]): readonly string[] {
  const others = names.map((name) => triedText(tools.find((each) => each.name === name)));
  return [
    model.id,
    model.bar === null ? "" : `${model.bar} ×`,
    triedText(own),
    own?.control === null || own === undefined ? "" : ratioText(own.control),
    own?.name ?? "",
    own === undefined ? "" : refusedText(own.refused),
    ...others,
  ];
}

function triedText(tried: Tried | undefined): string {
  if (tried === undefined) return "";
  const { ratio, decibels, shipped, fault } = tried;
  const beside = shipped === undefined ? "" : ` (as shipped ${shipped.toFixed(1)})`;
  const quality =
    decibels === null ? "" : `${decibels.toFixed(shipped === undefined ? 0 : 1)} dB${beside}`;
  return [ratio === null ? "" : ratioText(ratio), quality, fault ?? ""]
    .filter((each) => each !== "")
    .join(", ")
    .replaceAll("|", "/");
}

/** How many, and the best of them in decibels. */
function refusedText(refused: readonly string[]): string {
  const figures = refused.map((each) => Number(/\((-?[\d.]+) dB\)$/u.exec(each)?.[1] ?? NaN));
  const known = figures.filter((each) => !Number.isNaN(each));
  const best = known.length === 0 ? "" : `, ${Math.max(...known).toFixed(0)} dB`;
  return `${refused.length}${best}`;
}

function ratioText({ lower, middle, upper }: NonNullable<Tried["ratio"]>): string {
  return `${middle.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}

function rateLine({ model, rate }: Row): readonly string[] {
  if (rate === undefined) return [];
  const times = (rate.after / rate.before).toFixed(2);
  const rates = `${rate.before.toFixed(0)} to ${rate.after.toFixed(0)} items/s`;
  return [
    `${model.id} by \`--objective throughput\`: ${rates}, ${times} × (bar ${model.rateBar} ×), ${rate.how}.`,
    "",
  ];
}

/** Times as fast as shipped of what may stand in for the model; 1 of what is too far from it, and so was not timed. */
function worth(tried: Tried | undefined): number {
  return Math.max(1, tried?.ratio?.middle ?? 1);
}

/** Models are behind only by more than what noise explains. */
const BEHIND = 0.97;

function summary(all: readonly Row[]): readonly string[] {
  const rows = all.filter(({ own }) => own !== undefined);
  const geomean = (values: readonly number[]) =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length).toFixed(2);
  const best = ({ tools = [] }: Row) => Math.max(1, ...tools.map(worth));
  const ids = (of: (row: Row) => boolean) =>
    rows.flatMap((row) => (of(row) ? [row.model.id] : [])).join(", ") || "none";
  const missed = ids(({ model, own }) => model.bar !== null && worth(own) < model.bar);
  const behind = ids((row) => worth(row.own) < BEHIND * best(row));
  const controls = rows.flatMap(({ own }) => (own?.control ? [own.control.middle] : []));
  const noise = Math.max(0, ...controls.map((each) => 100 * Math.abs(each - 1))).toFixed(1);
  return [
    `Geometric mean of ${rows.length} of ${all.length} models (1 where nothing may be used): tenlane ${geomean(rows.map(({ own }) => worth(own)))} × (bar 1.5 ×), the best of the tools on each ${geomean(rows.map(best))} ×.`,
    `Below their bar: ${missed}. Behind the best of the tools: ${behind}. A/A is at most ${noise} % from 1.`,
  ];
}
