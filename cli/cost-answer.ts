/** What it costs, by the way it is had: for programs and for people. */
import {
  intervalText,
  ownedBy,
  ownedHourly,
  ownerTerms,
  tariffOf,
  quantityText,
  type Interval,
  type OwnerFigures,
  type Purchase,
} from "../core/index.ts";
import {
  ageDays,
  bought,
  failingTerms,
  rentals,
  runGoodput,
  unitCost,
  type Interruptions,
  type Propagated,
  type Rental,
  type Uncertain,
} from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Served } from "./served.ts";
import type { Shell } from "./shell.ts";
import { agedText } from "./today-option.ts";
import { termsText, tornado } from "./worth-tables.ts";
import { wrapped } from "./wrapped.ts";

export interface Way {
  readonly way: string;
  readonly offer: string;
  readonly date: string | null;
  /** Days from the price's date to today. */
  readonly age: number | null;
  readonly source: string;
  readonly note: string | null;
  readonly hourly: Interval;
  /** Of {@link Served.made}'s unit. */
  readonly perUnit: Interval | null;
  /** Of the run asked for. */
  readonly run: Interval | null;
  /** Share of its time that failures, saving and, on spot, interruptions leave. */
  readonly useful: Interval | null;
  readonly swings: Propagated["swings"];
  /** What its price hangs on. */
  readonly terms: readonly Uncertain[];
}

interface Asked {
  readonly owner: OwnerFigures;
  /** USD a device and hour, where the user knows better; absent is the price sheet's. */
  readonly quoted: { readonly "on-demand"?: number; readonly reserved?: number };
  readonly interruptions: Interruptions;
  /** Time of use of a run, failures come on top; null is no run. */
  readonly run: number | null;
  readonly today: string;
}

/** A rack of four hosts of eight, checkpoints in a minute, a quarter of an hour to start again: tenlane reliability asks. */
const HOSTS_PER_RACK = 4;
const SAVING = { save: 60, restart: 900 } as const;

/** Share of a run's time that failures and saving leave; on spot, interruptions of any instance too. */
export function usefulShare(
  { devices, system }: Served,
  spot?: Interruptions & { readonly instances: number },
): Interval {
  const hall = { devices, perHost: system.perHost, hostsPerRack: HOSTS_PER_RACK };
  return runGoodput(failingTerms(), hall, SAVING, spot).goodput;
}

/** Every way to have what is served, with its price. */
export function waysOf(served: Served, asked: Asked): readonly Way[] {
  const { owner, quoted, interruptions, today } = asked;
  const { catalogue, system, devices, joined, made } = served;
  const { utilisation = 1 } = owner;
  const priced = ({ answer, swings }: Propagated, useful: Interval) => ({
    hourly: answer,
    swings,
    perUnit:
      made === null ? null : unitCost(answer, times(made.rate, utilisation), made.unit.count),
    // A second of use is made at the goodput, so a run is so many "units" of one second.
    run: asked.run === null ? null : unitCost(answer, useful, asked.run),
    useful: asked.run === null ? null : useful,
  });
  const useful = usefulShare(served);
  const purchase = bought(served, owner.price);
  const owned =
    purchase === null
      ? []
      : [
          {
            way: "own",
            offer: boughtText(purchase),
            date: purchase.date ?? null,
            age: ageDays(purchase.date, today),
            source: purchase.source,
            note: null,
            terms: Object.values(ownerTerms(tariffOf(system.grid), owner)),
            ...priced(ownedHourly(ownedBy(served, purchase), owner), useful),
          },
        ];
  const need = { device: system.device.id, devices, joined, quoted };
  const taken = (offer: Rental["offer"]) => ({
    ...interruptions,
    instances: Math.ceil(devices / (offer?.count ?? system.perHost)),
  });
  const rented = rentals(catalogue, need, interruptions).map(
    ({ kind, offer, hourly, note, terms }) => ({
      way: kind,
      ...offerOf(offer, today),
      note: note ?? null,
      terms,
      ...priced(hourly, kind === "spot" ? usefulShare(served, taken(offer)) : useful),
    }),
  );
  return [...owned, ...rented];
}

function offerOf(offer: Rental["offer"], today: string) {
  if (offer === undefined) return { offer: "your price", date: null, age: null, source: "given" };
  return {
    offer: `${offer.provider} ${offer.name} ${offer.region ?? ""}`.trim(),
    date: offer.date ?? null,
    age: ageDays(offer.date, today),
    source: offer.source,
  };
}

function boughtText({ isBare, source }: Purchase): string {
  if (source === "given") return "your price";
  return isBare ? "devices at list price, hosts added" : "servers at their price";
}

function times({ p10, p50, p90, basis }: Interval, factor: number): Interval {
  return { p10: p10 * factor, p50: p50 * factor, p90: p90 * factor, basis };
}

/** Share of hours at work above which owning costs less than renting on demand; null without both prices. */
function breakEven(ways: readonly Way[]): number | null {
  const own = ways.find(({ way }) => way === "own");
  const rented = ways.find(({ way }) => way === "on-demand");
  return own === undefined || rented === undefined ? null : own.hourly.p50 / rented.hourly.p50;
}

export function costAnswer(served: Served, asked: Asked): Answer {
  const ways = waysOf(served, asked);
  const even = breakEven(ways);
  const missing = ["own", "on-demand", "reserved", "spot"].filter(
    (name) => !ways.some(({ way }) => way === name),
  );
  const { title, made } = served;
  const terms = ways.flatMap((way) => way.terms);
  const unit = made?.unit.name ?? null;
  const shown = ways.map(({ terms: _, ...way }) => way);
  return {
    json: { title, unit, ways: shown, breakEven: even, missing, terms },
    text: (shell) =>
      [
        paint(shell, "bold", title),
        "",
        laidOut(wayTable(ways, unit), shell),
        ...ways.map((way) => wrapped(wayText(way), shell.columns, 2)),
        ...missing.map((name) => `${name}: no price known; see tenlane prices refresh`),
        ...(asked.run === null ? [] : ["", wrapped(usefulText(ways), shell.columns)]),
        ...(even === null ? [] : ["", evenText(even)]),
        "",
        ...detail(ways, terms, shell),
      ].join("\n"),
  };
}

function wayText({ way, offer, source, date, age, note }: Way): string {
  const aged = source === "given" ? "" : `, ${agedText(date ?? undefined, age)}`;
  return `${way}: ${offer}${aged}${note === null ? "" : `; ${note}`}`;
}

function evenText(even: number): string {
  if (even >= 1) return "Renting on demand costs less than owning, however busy.";
  return `Owning costs less than renting on demand above ${quantityText(even, "fraction")} of hours at work.`;
}

/** What a run loses, by what it stands on. */
function usefulText(ways: readonly Way[]): string {
  const share = (useful: Interval) => intervalText(useful, "fraction");
  const [firm] = ways.flatMap(({ way, useful }) => (way === "spot" ? [] : (useful ?? [])));
  const spot = ways.find(({ way }) => way === "spot")?.useful ?? undefined;
  const last =
    spot === undefined ? "" : `; on spot, where a lost instance stops all, ${share(spot)}`;
  if (firm === undefined) return "";
  return `Of the run's time, failures, saves and restarts leave ${share(firm)}${last}.`;
}

function detail(
  ways: readonly Way[],
  terms: readonly Uncertain[],
  shell: Shell,
): readonly string[] {
  const own = ways.find(({ way }) => way === "own");
  const owning =
    own === undefined
      ? []
      : [
          paint(shell, "bold", "Owning, $/h"),
          "",
          laidOut(tornado({ answer: own.hourly, swings: own.swings }, 5), shell),
        ];
  return terms.length === 0 ? owning : [...owning, termsText(terms, shell)];
}

function wayTable(ways: readonly Way[], unit: string | null) {
  const money = (value: Interval | null): string =>
    value === null ? "" : intervalText(value, "money");
  const hasRun = ways.some(({ run }) => run !== null);
  return {
    columns: [
      { title: "way", align: "left" as const },
      { title: "an hour", align: "right" as const },
      ...(unit === null ? [] : [{ title: `a ${unit}`, align: "right" as const }]),
      ...(hasRun ? [{ title: "the run", align: "right" as const }] : []),
      { title: "basis", align: "left" as const },
    ],
    rows: ways.map(({ way, hourly, perUnit, run, source }) => [
      way,
      money(hourly),
      ...(unit === null ? [] : [money(perUnit)]),
      ...(hasRun ? [money(run)] : []),
      hourly.p10 < hourly.p90 ? hourly.basis : source === "given" ? "given" : "list price",
    ]),
  };
}
