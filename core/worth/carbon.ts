/**
 * Grams of CO₂ equivalent by place and hour, and those of manufacture.
 *
 * The average says what a kilowatt-hour of the place emits; the marginal what one more does. They answer two
 * questions and are never mixed.
 */
import { type Catalogue, type Grid, grids } from "../catalogue/index.ts";
import { type Interval, lognormal, scale, sum } from "../interval.ts";
import type { GramsCo2, Joules } from "../units.ts";
import { HOURS_A_YEAR, PUE_USUAL } from "../estimate/index.ts";

const JOULES_PER_KWH = 3.6e6;

export type CarbonKind = "average" | "marginal";

export interface Place {
  readonly grid: Grid;
  /** Of the work, at the place's PUE. */
  readonly grams: GramsCo2;
}

/** Places by what `energy` of IT, PUE left out, emits there; the least first. */
export function places(catalogue: Catalogue, energy: Joules, kind: CarbonKind): readonly Place[] {
  return grids(catalogue)
    .flatMap((grid) => {
      const intensity = kind === "average" ? grid.gramsPerKwh : grid.marginalGramsPerKwh;
      if (intensity === undefined) return [];
      return [{ grid, grams: (energy / JOULES_PER_KWH) * (grid.pue ?? PUE_USUAL) * intensity }];
    })
    .toSorted((a, b) => a.grams - b.grams || (a.grid.id < b.grid.id ? -1 : 1));
}

export interface Window {
  /** Hour of the day it starts in. */
  readonly start: number;
  readonly hours: number;
  /** Mean intensity within, and that of the day. */
  readonly intensity: number;
  readonly mean: number;
}

/** The `hours` hours in a row, around midnight too, in which the intensities are least. */
export function bestWindow(intensities: readonly number[], hours: number): Window {
  const mean = (values: readonly number[]) =>
    values.reduce((all, each) => all + each, 0) / values.length;
  const twice = [...intensities, ...intensities];
  const windows = intensities.map((_, start) => mean(twice.slice(start, start + hours)));
  const intensity = Math.min(...windows);
  return { start: windows.indexOf(intensity), hours, intensity, mean: mean(intensities) };
}

/** Grams of hours that draw so much, each at its own intensity; all hours err together. */
export function gramsByHour(watts: readonly Interval[], intensities: readonly number[]): Interval {
  return sum(
    watts.map((each, hour) => scale(each, (3600 / JOULES_PER_KWH) * (intensities[hour] ?? 0))),
  );
}

/**
 * Grams of making one device, its share of the host included.
 *
 * Source: Chien et al. 2023, "Reducing the Carbon Impact of Generative AI Inference", HotCarbon '23: 318 kg an
 * A100 of a server of eight; the spread, a factor of two, is a prior
 */
const EMBODIED_PER_DEVICE: Interval = lognormal(318_000, 0.54, "analytic");

/** Grams an hour of manufacture, spread over `years`. */
export function embodiedHourly(devices: number, years: number): Interval {
  return scale(EMBODIED_PER_DEVICE, devices / (years * HOURS_A_YEAR));
}
