/**
 * What the parts that came or were announced after one would cost, if a dollar buys as much more as launches before had it.
 *
 * Their work is printed, their price is not: it is that of the part at hand, times the work, over what a dollar buys more
 * by then. The doubt is that of the trend and of launches foretold from those before them.
 *
 * Source: trend.ts; catalogue/accelerators, launches and peaks
 */
import { type Catalogue, type Device, devices } from "../catalogue/index.ts";
import { type Interval, lognormal, reciprocal } from "../interval.ts";
import { Z90 } from "../normal.ts";
import { power } from "../power.ts";
import type { InvestTerms } from "./invest.ts";
import { figureOf, type Measured, yearOf } from "./trend.ts";

export interface Next {
  readonly device: string;
  readonly launched: string;
  readonly status: Device["status"];
  /** Over that of the part at hand. */
  readonly work: number;
  /** Work a dollar, over that of the part at hand. */
  readonly perDollar: Interval;
  /** USD, with the share of host and network that `price` has. */
  readonly price: Interval;
}

/** Faster parts of the vendor that nobody has printed a price of, launched after `now`; oldest first. */
export function nextParts(
  catalogue: Catalogue,
  now: Device,
  { measure, terms }: { readonly measure: Measured; readonly terms: InvestTerms },
): readonly Next[] {
  const own = figureOf(now, measure);
  if (own === undefined || now.launched === undefined) return [];
  const since = yearOf(now.launched);
  const { p50: dollars } = terms.price.value;
  const { p50: yearly, p90: most } = terms.improvement.value;
  const later = devices(catalogue).flatMap((each): readonly Next[] => {
    const { id: device, launched, status } = each;
    const figure = figureOf(each, measure) ?? 0;
    const isLike = each.vendor === now.vendor && each.kind === now.kind;
    if (!isLike || each.price !== undefined || launched === undefined) return [];
    const years = yearOf(launched) - since;
    if (years <= 0 || figure <= own) return [];
    const work = figure / own;
    const sigma = Math.hypot(years * Math.log(most / yearly), Math.log(terms.jump.value.p90)) / Z90;
    const perDollar = lognormal(power(yearly, years), sigma, "transferred");
    const price = reciprocal(perDollar, work * dollars);
    return [{ device, launched, status, work, perDollar, price }];
  });
  return later.toSorted((a, b) => yearOf(a.launched) - yearOf(b.launched) || a.work - b.work);
}
