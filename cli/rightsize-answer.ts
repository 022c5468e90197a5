/** What to change in what runs today, what it saves, how sure: for programs and for people. */
import { quantityText, significant, splitText, type Table } from "../core/index.ts";
import { ageDays, fewestHosts } from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Served } from "./served.ts";
import { agedText } from "./today-option.ts";
import type { Usage } from "./usage.ts";
import { wrapped } from "./wrapped.ts";

const HOURS_A_MONTH = 8766 / 12;

interface Change {
  /** In a few words, and in all. */
  readonly name: string;
  readonly change: string;
  readonly hourly: number;
  /** USD a month; below zero costs more. */
  readonly saved: number;
  /** Probability that it keeps the limits; null where it rests on the user's own measurement. */
  readonly sure: number | null;
  readonly basis: string;
}

interface Shown {
  readonly usage: Usage;
  /** Best on any device, and on the devices of today; a sentence where there is none. */
  readonly best: Served | string;
  readonly same: Served | string;
  readonly today: string;
}

export function rightsizeAnswer({ usage, best, same, today }: Shown): Answer {
  const now = usage.running.reduce((sum, { count, hourly }) => sum + count * hourly, 0);
  const saved = (hourly: number) => (now - hourly) * HOURS_A_MONTH;
  const planned = (name: string, served: Served | string): readonly Change[] => {
    if (typeof served === "string" || served.plan === null) return [];
    const { placement, confidence, estimate, system } = served.plan;
    const hourly = estimate.costPerHour?.p50;
    if (hourly === undefined) return [];
    const offer =
      system.offer === undefined ? "" : `, ${system.offer.provider} ${system.offer.name}`;
    const change = `${served.devices} × ${system.device.id}${offer}, ${placement.numerics.name}, ${placement.engine.id}, ${splitText(placement.parallel, placement.replicas)}`;
    const aged = agedText(system.offer?.date, ageDays(system.offer?.date, today));
    return [
      { name, change, hourly, saved: saved(hourly), sure: confidence, basis: `predicted; ${aged}` },
    ];
  };
  const changes = [
    ...fewer(usage, saved),
    ...planned("on the same devices", same),
    ...planned("on the best devices", best),
  ].toSorted((a, b) => expected(b) - expected(a));
  const [first] = changes;
  const advice = first !== undefined && first.saved > 0 ? first : null;
  const json = {
    hourly: now,
    rate: usage.rate,
    running: usage.running.map(({ offer, count, utilisation, hourly, isOwnPrice }) => ({
      offer: offer.id,
      device: offer.device,
      count,
      utilisation,
      hourly,
      price: isOwnPrice ? "given" : agedText(offer.date, ageDays(offer.date, today)),
    })),
    changes,
    advice,
    unserved: [best, same].filter((each) => typeof each === "string"),
  };
  return {
    json,
    text: (shell) =>
      [
        paint(
          shell,
          "bold",
          `$${significant(now)} an hour today, at ${significant(usage.rate)} requests a second`,
        ),
        "",
        ...json.running.map(({ count, offer, utilisation, price }) =>
          wrapped(
            `${count} × ${offer}, busy ${quantityText(utilisation, "fraction")}, ${price}`,
            shell.columns,
            2,
          ),
        ),
        "",
        laidOut(table(changes), shell),
        ...changes.map(({ name, change, basis }) =>
          wrapped(`${name}: ${change}; ${basis}`, shell.columns, 2),
        ),
        "",
        advice === null
          ? "Nothing costs less: leave it as it is."
          : wrapped(`Change: ${advice.name}, ${advice.change}.`, shell.columns),
        ...json.unserved,
        "",
      ].join("\n"),
  };
}

/** What it saves by how likely it holds; what was measured holds. */
function expected({ saved, sure }: Change): number {
  return saved * (sure ?? 1);
}

/** Fewer of the same instances, by their measured busy share. */
function fewer(usage: Usage, saved: (hourly: number) => number): readonly Change[] {
  const kept = usage.running.map((each) => ({
    ...each,
    fewest: fewestHosts(each.count, each.utilisation),
  }));
  if (kept.every(({ fewest, count }) => fewest === count)) return [];
  const hourly = kept.reduce((sum, each) => sum + each.fewest * each.hourly, 0);
  const names = kept.map(({ fewest, offer }) => `${fewest} × ${offer.name}`).join(", ");
  return [
    {
      name: "fewer of the same",
      change: names,
      hourly,
      saved: saved(hourly),
      sure: null,
      basis: "your measured load, 70 % busy",
    },
  ];
}

function table(changes: readonly Change[]): Table {
  return {
    columns: [
      { title: "change, the most saved by how sure first", align: "left" },
      { title: "$/h", align: "right" },
      { title: "saved a month", align: "right" },
      { title: "sure", align: "right" },
    ],
    rows: changes.map(({ name, hourly, saved, sure }) => [
      name,
      significant(hourly),
      quantityText(saved, "money"),
      sure === null ? "measured" : sure.toFixed(2),
    ]),
  };
}
