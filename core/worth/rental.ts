/**
 * What it costs an hour to rent devices, by the way they are rented.
 *
 * Spot is a distribution: what the same device costs on spot in all regions known, else the share of the on-demand price that spot is of
 * other devices. Interruptions take the time to come back, so an hour of use costs more than one of rent.
 */
import table from "../../coefficients/priors.json" with { type: "json" };
import { type Catalogue, type Offer, offers, offersFor } from "../catalogue/index.ts";
import { exact, type Interval } from "../interval.ts";
import type { Dollars, Fraction, Seconds } from "../units.ts";
import { given, priors, type Propagated, propagated, type Uncertain } from "../uncertain.ts";

export const SECONDS_A_MONTH: Seconds = (365.25 / 12) * 86_400;

/** Of one instance: how many a month, and seconds from one to work again. */
export type Interruptions = Readonly<Record<"monthly" | "restart", Uncertain>>;

/** Defaults for spot. */
export const INTERRUPTIONS: Interruptions = priors(table.spot);

/** Where nobody prints a price of a year's commitment. */
const RESERVED = priors(table.reserved).share;

/** A way to rent, cheapest offer first. */
export interface Rental {
  readonly kind: Offer["kind"];
  /** Undefined where the price is the user's own. */
  readonly offer: Offer | undefined;
  /** Dollars an hour of use. */
  readonly hourly: Propagated;
  /** Where the price is not this offer's own. */
  readonly note: string | undefined;
  /** What it hangs on but the price. */
  readonly terms: readonly Uncertain[];
}

/** Spot prices over on-demand ones of the same instance and region, sorted. */
export function spotShares(catalogue: Catalogue, device?: string): readonly Fraction[] {
  const all = offers(catalogue).filter((each) => device === undefined || each.device === device);
  const demand = new Map(
    all.flatMap((each) =>
      each.kind === "on-demand" ? [[placeOf(each), each.dollarsPerHour]] : [],
    ),
  );
  return all
    .flatMap((each) => {
      const full = demand.get(placeOf(each));
      if (each.kind !== "spot" || full === undefined || each.dollarsPerHour === undefined)
        return [];
      return [each.dollarsPerHour / full];
    })
    .toSorted((a, b) => a - b);
}

function placeOf({ provider, name, region }: Offer): string {
  return `${provider}/${name}/${region ?? ""}`;
}

/** p10, p50 and p90 of sorted values. */
export function spread(sorted: readonly number[], basis: Interval["basis"]): Interval | null {
  const [first] = sorted;
  if (first === undefined) return null;
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? first;
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9), basis };
}

/** What is to be rented. */
export interface Need {
  readonly device: string;
  readonly devices: number;
  /** Devices that must share an instance. */
  readonly joined: number;
  /** USD a device and hour, where the user knows better. */
  readonly quoted?: Partial<Record<Offer["kind"], Dollars>>;
}

/** Every way to rent so many devices of a kind, the cheapest offer of each; ways without a price are absent. */
export function rentals(
  catalogue: Catalogue,
  { device, devices, joined, quoted = {} }: Need,
  interruptions: Interruptions = INTERRUPTIONS,
): readonly Rental[] {
  const priced = offersFor(catalogue, device)
    .filter((each) => each.dollarsPerHour !== undefined)
    .filter(({ count, slice }) => slice === true || count >= joined)
    .toSorted((a, b) => rent(a, devices) - rent(b, devices));
  const firm = (["on-demand", "reserved"] as const).flatMap((kind): readonly Rental[] => {
    const quote = quoted[kind];
    const offer = quote === undefined ? priced.find((each) => each.kind === kind) : undefined;
    if (quote === undefined && offer === undefined) return [];
    const dollars = offer === undefined ? (quote ?? 0) * devices : rent(offer, devices);
    const hourly = propagated({ price: given("price", dollars, offer?.source) }, (of) => of.price);
    return [{ kind, offer, hourly, note: undefined, terms: [] }];
  });
  const demand = firm.find(({ kind }) => kind === "on-demand");
  if (demand === undefined) return firm;
  const isReserved = firm.some(({ kind }) => kind === "reserved");
  const year = isReserved ? [] : [reservedRental(demand)];
  return [...firm, ...year, ...spotRental(catalogue, { device, demand, priced, interruptions })];
}

/** A year's commitment at the usual share of the on-demand price. */
function reservedRental({ offer, hourly: { answer } }: Rental): Rental {
  const price = given("on-demand price", answer.p50, offer?.source);
  const hourly = propagated({ price, part: RESERVED }, ({ price, part }) => price * part);
  const note = "share of on-demand as clouds print it for a year";
  return { kind: "reserved", offer, hourly, note, terms: [RESERVED] };
}

interface Wanted {
  readonly device: string;
  readonly demand: Rental;
  readonly priced: readonly Offer[];
  readonly interruptions: Interruptions;
}

function spotRental(
  catalogue: Catalogue,
  { device, demand: { offer, hourly: full }, priced, interruptions }: Wanted,
): readonly Rental[] {
  const own = spread(spotShares(catalogue, device), "measured");
  const share = own ?? spread(spotShares(catalogue), "transferred");
  if (share === null) return [];
  const price = given("on-demand price", full.answer.p50, offer?.source);
  const part = {
    name: "spot over on-demand price",
    value: share,
    source: "instances of the catalogue that have both prices",
  };
  const hourly = propagated(
    { price, part, ...interruptions },
    ({ price, part, monthly, restart }) =>
      price * part * (1 + (monthly * restart) / SECONDS_A_MONTH),
  );
  const terms = [part, interruptions.monthly, interruptions.restart];
  const place = offer === undefined ? "" : placeOf(offer);
  const isOwn = priced.some((each) => each.kind === "spot" && placeOf(each) === place);
  const of = own === null ? "of other devices" : "of this device elsewhere";
  const note = isOwn ? undefined : `share of on-demand as ${of}`;
  return [{ kind: "spot", offer, hourly, note, terms }];
}

/** Whole instances: two of eight for nine devices. */
function rent({ count, dollarsPerHour = 0 }: Offer, devices: number): number {
  return Math.ceil(devices / count) * dollarsPerHour;
}

/**
 * Share of time that something works which fails every `between` seconds of work and takes `repair`.
 *
 * Source: Barlow and Proschan 1975, "Statistical Theory of Reliability", alternating renewal: U/(U+D)
 */
export function upShare(between: Seconds, repair: Seconds): Fraction {
  return between / (between + repair);
}

/** Whole days from `date` (a day, month or year: its first day) to `today`; null without a date. */
export function ageDays(date: string | undefined, today: string): number | null {
  if (date === undefined) return null;
  const from = Date.parse(date.length === 4 ? `${date}-01-01` : date);
  const days = (Date.parse(today) - from) / 86_400_000;
  return Number.isFinite(days) ? Math.floor(days) : null;
}

/** Money for `count` units at `hourly` dollars, when `rate` of them are made a second. */
export function unitCost(hourly: Interval, rate: Interval, count: number): Interval {
  const p50 = (hourly.p50 * count) / (rate.p50 * 3600);
  const down = Math.hypot(ratio(hourly.p10, hourly.p50), ratio(rate.p50, rate.p90));
  const up = Math.hypot(ratio(hourly.p50, hourly.p90), ratio(rate.p10, rate.p50));
  const { basis } = rate.p10 === rate.p90 ? hourly : rate;
  if (p50 === 0) return exact(0, basis);
  return { p10: p50 * Math.exp(-down), p50, p90: p50 * Math.exp(up), basis };
}

function ratio(low: number, high: number): number {
  return low > 0 ? Math.log(high / low) : Math.LN10;
}
