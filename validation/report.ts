/** REPORT.md: what the errors are, where they are worst, and how another tool did on the same rows. */
import { significant, type Table } from "../core/index.ts";
import { compare, summarise } from "./compare.ts";
import type { Backtest } from "./backtest.ts";
import { FAMILIES, type Family } from "./family.ts";
import { backtestTable, collectionTable, generalisationTable } from "./left-out.ts";
import type { CheckedResidual } from "./residuals.ts";
import { collection } from "./row.ts";
import { columnTable, familyTable, percentileTable, percentText, reasonTable } from "./tables.ts";
import type { Checked } from "./validate.ts";
import { worstReasons } from "./worst-reason.ts";

/** What another tool predicts, in SI units, by row id. */
export interface Peer {
  readonly name: string;
  readonly caveat: string;
  readonly predicted: ReadonlyMap<string, number>;
}

export interface ReportParts {
  readonly checked: readonly Checked[];
  readonly peers: readonly Peer[];
  /** Residuals of physics alone on the same rows. */
  readonly residuals: readonly CheckedResidual[];
  readonly backtests: readonly Backtest[];
  /** Command that wrote it, and the collections it read. */
  readonly command: string;
  readonly names: string;
}

const GROUPS = 30;
const REASONS = 20;
const WORST = 3;

/** Families below this count have no picture and no worst rows. */
const ROWS_MIN = 20;

export function reportText(parts: ReportParts): string {
  const { checked, peers, command, names, residuals, backtests } = parts;
  const answered = checked.filter(({ interval }) => interval !== null).length;
  return [
    "# Accuracy",
    `Written by \`${command}\` from ${checked.length} published figures (collections ${names}); ${answered} are predicted. Errors are absolute relative errors of the median; *bias* is the median of predicted over measured, less one; *covered* is the share of figures inside their 80 % interval. MLPerf figures are results of MLCommons members as published (mlcommons.org); they are compared here with our predictions only.`,
    "The table by family is in sample: corrections (coefficients/corrections.json) and widths (coefficients/intervals.json) were fitted on these rows. Under *Generalisation* they were not: there each figure is predicted by a fit that left its group, device, model or source out. The laws under both are partly in sample everywhere: the operator laws were fitted on kernel tables that the kernel rows come from, the host times of engines on some of the serving rows (coefficients/engines.json says which), and constants of processors, Neuron cores, overlays, dataflow arrays, networks in training and power were set by hand on rows of their kind (notes/033, 069, 070, 074), so that only devices nobody here has seen test those. Conditions that a source leaves out and that are assumed (prompt lengths of data sets, formats of MLPerf submissions that print none, passes a sample) stand in validation/lengths.ts, precision.ts and passes.ts.",
    "## By family",
    markdown(familyTable(checked)),
    "Noise floor, below which no model can be: MLPerf results of one round, model, GPU, count and precision by different submitters differ by a median of 9 % in training time (p90 26 %) and 7 % in offline inference (p90 61 %); of 927 serving configurations that aice measured more than once, 435 differ, a quarter of them by more than 34 % in time a token.",
    "## Generalisation",
    "Median / p90 / coverage of 80 % intervals. *Groups* are source × model × device × engine, in five folds; devices of the catalogue, models and sources are left out in up to 40 folds of whole ones. Intervals of devices left out are those of the rest, as many times as wide as others left out asked for: what a device that no row is of gets. Which traits a correction looks at was chosen on the folds of groups and devices, the operator laws saw kernel tables of eight devices, and host times of engines some rows of aice.",
    markdown(generalisationTable(residuals)),
    "Groups left out, by family and collection of at least 30 rows:",
    markdown(collectionTable(residuals)),
    "## Backtest",
    "Each generation forecast from devices launched at least three months before it: reach of operator laws and corrections of those only. Shapes of laws are shared by all devices and keep their whole fit, and so does a law of a format that no earlier device had a table of (FP8 before H100, FP4 before B200). No kernel table of V100 or before exists: A100 is forecast by peaks, by what rows of V100, P100, T4 and other devices of their time say of those, and in the families alone that earlier GPUs have rows of; laws of exchanges keep their fit. Its forecast stands on less than that of any later part, so it has no say in how much wider intervals of announced parts are: times a token of B200 and GB200 have.",
    markdown(backtestTable(backtests)),
    ...backtests.map(({ name }) => `![${name}](plots/${pictureName(name)})`),
    ...peers.map((peer) => peerSection(peer, checked)),
    "## Percentiles under traffic",
    "Percentiles that benchmarks of servers print, beside those of the simulated load generator of the same row. The first engines and MLPerf's runs at the edge of their limits have tails that the simulation does not: chunked prefill off, several decode steps to one decision of the scheduler, and queues that the last percent of load decides. Latencies of MLPerf's networks are not answered: submitters raise the rate until the 99th percentile stands just under its target (0.93 of it in the median, 0.63 to 0.99, on 205 rows), so the figure tells the target and not the system; the rate itself is predicted.",
    markdown(percentileTable(checked)),
    "## By device",
    markdown(columnTable(checked, "hardware", GROUPS)),
    "## By model",
    markdown(columnTable(checked, "model", GROUPS)),
    "## By engine",
    markdown(columnTable(checked, "engine", GROUPS)),
    "## Not answered",
    markdown(reasonTable(checked, REASONS)),
    "## Predicted against measured",
    ...familiesShown(checked).map((family) => `![${family}](plots/${plotName(family)})`),
    "## Worst rows",
    markdown(worstTable(checked)),
    "",
  ].join("\n\n");
}

/** File of a picture by its title. */
export function pictureName(title: string): string {
  return `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.svg`;
}

/** Families with rows enough for a picture. */
export function familiesShown(checked: readonly Checked[]): readonly Family[] {
  return FAMILIES.filter((family) => {
    const answered = checked.filter((each) => each.family === family && each.interval !== null);
    return answered.length >= ROWS_MIN;
  });
}

export function plotName(family: Family): string {
  return `${family.toLowerCase().replaceAll(/[^a-z]+/g, "-")}.svg`;
}

function peerSection({ name, caveat, predicted }: Peer, checked: readonly Checked[]): string {
  const rows = FAMILIES.flatMap((family) => {
    const common = checked.filter(
      ({ row, family: own, interval }) =>
        own === family && interval !== null && predicted.has(row.id),
    );
    if (common.length === 0) return [];
    const theirs = summarise(
      common.map(({ row, measured }) => {
        const p50 = predicted.get(row.id) ?? Number.NaN;
        return { measured, predicted: { p10: p50, p50, p90: p50 } };
      }),
    );
    const ours = summarise(
      common.flatMap(({ measured, interval }) =>
        interval === null ? [] : [{ measured, predicted: interval }],
      ),
    );
    const figures = [ours.median, ours.p90, theirs.median, theirs.p90].map(percentText);
    return [[family, String(common.length), ...figures]];
  });
  const titles = ["family", "rows", "tenlane median", "p90", `${name} median`, "p90"];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ("left" as const) : ("right" as const),
  }));
  return [`## Beside ${name}`, caveat, markdown({ columns, rows })].join("\n\n");
}

/** Collections without a licence that lets single rows be reproduced. */
const CITED_ONLY: ReadonlySet<string> = new Set(["mle2", "mle3", "lamb"]);

function worstTable(checked: readonly Checked[]): Table {
  const reasonOf = worstReasons(checked);
  const shown = checked.filter(({ row }) => !CITED_ONLY.has(collection(row)));
  const rows = familiesShown(shown).flatMap((family) => {
    const errors = shown.flatMap((each) => {
      if (each.family !== family || each.interval === null) return [];
      const { measured, interval } = each;
      return [{ each, interval, error: compare({ measured, predicted: interval }) }];
    });
    const worst = errors.toSorted(
      (a, b) => Math.abs(b.error.logarithm) - Math.abs(a.error.logarithm),
    );
    return worst
      .slice(0, WORST)
      .map(({ each, interval }) => [
        family,
        each.row.id,
        each.row.model,
        each.row.hardware,
        significant(each.measured),
        significant(interval.p50),
        reasonOf(each),
        each.row.notes.slice(0, 60),
      ]);
  });
  const titles = [
    "family",
    "row",
    "model",
    "device",
    "measured",
    "predicted",
    "why",
    "source's note",
  ];
  return { columns: titles.map((title) => ({ title, align: "left" as const })), rows };
}

/** A table in the form that Markdown viewers draw. */
export function markdown({ columns, rows }: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const rule = columns.map(({ align }) => (align === "right" ? "--:" : "---"));
  return [line(columns.map(({ title }) => title)), line(rule), ...rows.map(line)].join("\n");
}
