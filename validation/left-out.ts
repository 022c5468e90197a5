/** Errors on what was left out of the fit, as tables: of the evidence as it was fitted, and of backtests. */
import { grouped } from "../measure/grouped.ts";
import corrections from "../coefficients/corrections.json" with { type: "json" };
import intervals from "../coefficients/intervals.json" with { type: "json" };
import type { Column, Table } from "../core/index.ts";
import { sampleQuantile } from "./compare.ts";
import type { Backtest } from "./backtest.ts";
import {
  chosenTraits,
  crossValidated,
  errorsByFamily,
  relativeError,
  type FamilyErrors,
  type LeftOut,
} from "./generalisation.ts";
import type { CheckedResidual } from "./residuals.ts";
import { percentText } from "./tables.ts";

type Errors = Readonly<Record<string, FamilyErrors>>;

const LEFT_OUT: readonly LeftOut[] = ["group", "device", "model", "source"];

const columns = (first: string, others: readonly string[]): readonly Column[] => [
  { title: first, align: "left" },
  ...others.map((title): Column => ({ title, align: "right" })),
];

/** Errors on the evidence of the shipped fit with whole groups left out, as committed with it. */
export function shippedLeftOutTable(): Table {
  const { physics, groupsLeftOut, devicesLeftOut } = corrections.errors;
  const groups: Errors = groupsLeftOut;
  const devices: Errors = devicesLeftOut;
  const coverage: Readonly<Record<string, number>> = intervals.coverage;
  const titles = ["rows", "physics alone", "groups left out", "p90", "covered", "devices left out"];
  return {
    columns: columns("left out of the fit (all evidence)", titles),
    rows: Object.entries(physics as Errors).map(([family, { rows, median }]) => [
      family,
      String(rows),
      percentText(median),
      percentText(groups[family]?.median ?? null),
      percentText(groups[family]?.p90 ?? null),
      percentText(coverage[family] ?? null),
      percentText(devices[family]?.median ?? null),
    ]),
  };
}

/** Median, p90 and coverage by family with groups, devices, models or sources left out. */
export function generalisationTable(residuals: readonly CheckedResidual[]): Table {
  const physics = errorsByFamily(residuals);
  const known = crossValidated(residuals, chosenTraits(), "group");
  const ways = LEFT_OUT.map((by) => {
    const left = by === "group" ? known : crossValidated(residuals, chosenTraits(), by);
    return errorsByFamily(left, by, by === "device" ? known : null);
  });
  const titles = ["rows", "physics alone", ...LEFT_OUT.map((by) => `${by}s left out`)];
  return {
    columns: columns("family", titles),
    rows: Object.entries(physics).map(([family, errors]) => [
      family,
      String(errors.rows),
      threeText(errors, false),
      ...ways.map((way) => threeText(way[family], true)),
    ]),
  };
}

function threeText(errors: FamilyErrors | undefined, covered: boolean): string {
  if (errors === undefined) return "";
  const both = `${percentText(errors.median)} / ${percentText(errors.p90)}`;
  return covered ? `${both} / ${percentText(errors.coverage)}` : both;
}

/** Median and p90 of each collection's part of a family, with groups left out. */
export function collectionTable(residuals: readonly CheckedResidual[]): Table {
  const left = crossValidated(residuals, chosenTraits(), "group").filter((each) => each.isScored);
  const parts = grouped(left, ({ checked, source }) => `${checked.family}|${source}`);
  const rows = [...parts]
    .filter(([, own]) => own.length >= COLLECTION_MIN)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, own]) => {
      const errors = own.map(relativeError);
      return [
        ...name.split("|"),
        String(own.length),
        percentText(sampleQuantile(errors, 0.5)),
        percentText(sampleQuantile(errors, 0.9)),
      ];
    });
  const [family = "", ...others] = ["family", "collection", "rows", "median", "p90"];
  return { columns: columns(family, others), rows };
}

/** Rows of a collection below which it has no line. */
const COLLECTION_MIN = 30;

/** Errors of each generation as it would have been forecast, by family. */
export function backtestTable(backtests: readonly Backtest[]): Table {
  const rows = backtests.flatMap(({ name, residuals }) => {
    const families = grouped(residuals, ({ checked }) => checked.family);
    return [...families]
      .filter(([, own]) => own.length >= ROWS_MIN)
      .map(([family, own]) => {
        const errors = own.map(relativeError);
        const lean = sampleQuantile(
          own.map(({ error }) => -error),
          0.5,
        );
        return [
          name,
          family,
          String(own.length),
          percentText(sampleQuantile(errors, 0.5)),
          percentText(sampleQuantile(errors, 0.9)),
          lean === null ? "" : percentText(Math.expm1(lean)),
        ];
      });
  });
  const titles = ["family", "rows", "median", "p90", "bias of times"];
  return { columns: columns("forecast", titles), rows };
}

const ROWS_MIN = 10;
