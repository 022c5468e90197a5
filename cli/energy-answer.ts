/** Power by component, a day's energy and its carbon: for programs and for people. */
import {
  draw,
  intervalText,
  PUE_USUAL,
  quantityText,
  significant,
  type Interval,
  type QuantityKind,
} from "../core/index.ts";
import {
  bestWindow,
  day,
  embodiedHourly,
  gramsByHour,
  places,
  unitCost,
  type CarbonKind,
  type Window as CarbonWindow,
  type Place,
} from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { usefulShare } from "./cost-answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Served } from "./served.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

const JOULES_PER_KWH = 3.6e6;
const PLACES_SHOWN = 5;
const FLAT_DAY: readonly number[] = Array.from({ length: 24 }, () => 1);

interface Asked {
  /** Share of the full rate, by hour. */
  readonly load: readonly number[] | null;
  /** g CO2e a kWh, by hour; null is unknown. */
  readonly intensities: readonly number[] | null;
  /** Hours that work which can wait needs. */
  readonly window: number;
  /** Time of use of a run, failures come on top; null is no run. */
  readonly run: number | null;
  /** Years that manufacture is spread over; null leaves it out. */
  readonly embodiedOver: number | null;
}

export function energyAnswer(served: Served, asked: Asked): Answer {
  const { system, devices, devicePower, made, requestRate, title, catalogue } = served;
  const { grid } = system;
  const pue = grid?.pue ?? PUE_USUAL;
  const power = draw(system, devices, devicePower);
  const load = asked.load ?? FLAT_DAY;
  const whole = day(power.wall, load, { rate: made?.rate.p50 ?? 1 });
  const perRequest =
    requestRate === null ? null : day(power.wall, load, { rate: requestRate.p50 }).each;
  const carbon = (grams: number | undefined, energy: Interval | null): Interval | null =>
    grams === undefined || energy === null ? null : times(energy, grams / JOULES_PER_KWH);
  // A second of use is made at the useful share, so a run is so many "units" of one second.
  const run =
    asked.run === null ? null : unitCost(times(power.wall, 3600), usefulShare(served), asked.run);
  const embodied =
    asked.embodiedOver === null ? null : times(embodiedHourly(devices, asked.embodiedOver), 24);
  const least = (kind: CarbonKind): readonly Place[] =>
    places(catalogue, whole.energy.p50 / pue, kind).slice(0, PLACES_SHOWN);
  const json = {
    title,
    power,
    idle: day(power.wall, [0], { rate: 1 }).hours[0] ?? power.wall,
    hours: whole.hours,
    energyPerDay: whole.energy,
    unit: made?.unit ?? null,
    perUnit: made === null ? null : times(whole.each, made.unit.count),
    perRequest,
    run,
    place: grid?.id ?? null,
    pue,
    carbonPerDay: {
      average: carbon(grid?.gramsPerKwh, whole.energy),
      marginal: carbon(grid?.marginalGramsPerKwh, whole.energy),
      hourly: asked.intensities === null ? null : gramsByHour(whole.hours, asked.intensities),
      embodied,
    },
    carbonOfRun: {
      average: carbon(grid?.gramsPerKwh, run),
      marginal: carbon(grid?.marginalGramsPerKwh, run),
    },
    places: { average: least("average"), marginal: least("marginal") },
    window: asked.intensities === null ? null : bestWindow(asked.intensities, asked.window),
  };
  return {
    json,
    text: (shell) =>
      [text(json, shell), ...dayText(json.hours, asked, shell), ...windowText(json.window)].join(
        "\n",
      ),
  };
}

function times({ p10, p50, p90, basis }: Interval, factor: number): Interval {
  return { p10: p10 * factor, p50: p50 * factor, p90: p90 * factor, basis };
}

interface Shown {
  readonly title: string;
  readonly idle: Interval;
  readonly power: Readonly<Record<"devices" | "hosts" | "network" | "cooling" | "wall", Interval>>;
  readonly energyPerDay: Interval;
  readonly unit: { readonly name: string } | null;
  readonly perUnit: Interval | null;
  readonly perRequest: Interval | null;
  readonly run: Interval | null;
  readonly place: string | null;
  readonly pue: number;
  readonly carbonPerDay: Readonly<
    Record<"average" | "marginal" | "hourly" | "embodied", Interval | null>
  >;
  readonly carbonOfRun: Readonly<Record<CarbonKind, Interval | null>>;
  readonly places: Readonly<Record<CarbonKind, readonly Place[]>>;
}

function text(shown: Shown, shell: Shell): string {
  const { title, power, energyPerDay, unit, perUnit, perRequest, carbonPerDay, carbonOfRun } =
    shown;
  const rows: readonly (readonly [string, Interval | null, QuantityKind])[] = [
    ["devices", power.devices, "power"],
    ["hosts", power.hosts, "power"],
    ["network between hosts", power.network, "power"],
    ["cooling and losses", power.cooling, "power"],
    ["at the wall, at work", power.wall, "power"],
    ["at the wall, idle", shown.idle, "power"],
    ["a day", energyPerDay, "energy"],
    [`a ${unit?.name ?? ""}`, perUnit, "energy"],
    ["a request", perRequest, "energy"],
    ["the run", shown.run, "energy"],
    ["carbon a day, grid average", carbonPerDay.average, "carbon"],
    ["carbon a day, grid marginal", carbonPerDay.marginal, "carbon"],
    ["carbon a day, hour by hour", carbonPerDay.hourly, "carbon"],
    ["carbon of the run, grid average", carbonOfRun.average, "carbon"],
    ["carbon of the run, grid marginal", carbonOfRun.marginal, "carbon"],
    ["manufacture, a day (apart)", carbonPerDay.embodied, "carbon"],
  ];
  return [
    paint(shell, "bold", title),
    `at ${shown.place ?? "no place"}, PUE ${shown.pue}`,
    "",
    laidOut(
      {
        columns: [
          { title: "quantity", align: "left" },
          { title: "p50 [p10–p90]", align: "right" },
          { title: "basis", align: "left" },
        ],
        rows: rows.flatMap(([name, interval, kind]) =>
          interval === null ? [] : [[name, intervalText(interval, kind), interval.basis]],
        ),
      },
      shell,
    ),
    ...(["average", "marginal"] as const).map((kind) =>
      wrapped(placesText(kind, shown.places[kind]), shell.columns, 2),
    ),
    "",
  ].join("\n");
}

/** Each hour of a day that was described. */
function dayText(
  hours: readonly Interval[],
  { load, intensities }: Asked,
  shell: Shell,
): readonly string[] {
  if (load === null) return [];
  const carbon = intensities === null ? [] : [{ title: "g/kWh", align: "right" as const }];
  return [
    laidOut(
      {
        columns: [
          { title: "hour", align: "right" },
          { title: "load", align: "right" },
          { title: "at the wall", align: "right" },
          ...carbon,
        ],
        rows: hours.map((watts, at) => [
          String(at),
          quantityText(load[at] ?? 0, "fraction"),
          intervalText(watts, "power"),
          ...(intensities === null ? [] : [significant(intensities[at] ?? 0)]),
        ]),
      },
      shell,
    ),
  ];
}

function placesText(kind: CarbonKind, least: readonly Place[]): string {
  const named = least.map(({ grid, grams }) => `${grid.id} ${quantityText(grams, "carbon")}`);
  return `Least ${kind} carbon a day: ${named.join(", ")}`;
}

function windowText(window: CarbonWindow | null): readonly string[] {
  if (window === null) return [];
  const { start, hours, intensity, mean } = window;
  const end = (start + hours) % 24;
  return [
    `Work that can wait: ${start}:00 to ${end}:00, ${Math.round(intensity)} g/kWh against ${Math.round(mean)} over the day`,
    "",
  ];
}
