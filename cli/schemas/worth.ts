/** What `tenlane cost`, `energy`, `invest` and `rightsize` print with `--json`. */
import * as z from "zod";
import { grid } from "./catalogue.ts";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";

const swing = z.strictObject({ name: z.string(), atP10: z.number(), atP90: z.number() });
const term = z.strictObject({ name: z.string(), value: interval, source: z.string() });

const way = z.strictObject({
  way: z.enum(["own", "on-demand", "reserved", "spot"]),
  offer: z.string(),
  date: z.string().nullable(),
  age: z.number().nullable().describe("days from the price's date"),
  source: z.string(),
  note: z.string().nullable(),
  hourly: interval.describe("dollars an hour"),
  perUnit: interval.nullable().describe("dollars a unit of work"),
  run: interval.nullable().describe("dollars of the run"),
  useful: interval.nullable().describe("share of the run's time that stops and saving leave"),
  swings: z.array(swing),
});

export const costSchema: z.ZodType = z.union([
  z.strictObject({
    title: z.string(),
    unit: z.string().nullable(),
    ways: z.array(way),
    breakEven: z.number().nullable().describe("share of hours above which owning costs less"),
    missing: z.array(z.string()),
    terms: z.array(term),
  }),
  infeasible,
]);

const place = z.strictObject({
  grid,
  grams: z.number(),
});

export const energySchema: z.ZodType = z.union([
  z.strictObject({
    title: z.string(),
    power: z.record(z.enum(["devices", "hosts", "network", "cooling", "wall"]), interval),
    idle: interval.describe("watts at the wall without work"),
    hours: z.array(interval).describe("watts, by hour of the day"),
    energyPerDay: interval,
    unit: z.strictObject({ name: z.string(), count: z.number() }).nullable(),
    perUnit: interval.nullable().describe("joules a unit of work"),
    perRequest: interval.nullable(),
    run: interval.nullable().describe("joules of the run, failures included"),
    place: z.string().nullable(),
    pue: z.number(),
    carbonPerDay: z.strictObject({
      average: interval.nullable(),
      marginal: interval.nullable(),
      hourly: interval.nullable().describe("by the intensities of hours that were given"),
      embodied: interval.nullable(),
    }),
    carbonOfRun: z.strictObject({ average: interval.nullable(), marginal: interval.nullable() }),
    places: z.strictObject({ average: z.array(place), marginal: z.array(place) }),
    window: z
      .strictObject({
        start: z.number(),
        hours: z.number(),
        intensity: z.number(),
        mean: z.number(),
      })
      .nullable(),
  }),
  infeasible,
]);

const tornado = z.strictObject({ answer: interval, swings: z.array(swing) });

export const investSchema: z.ZodType = z.union([
  z.strictObject({
    title: z.string(),
    horizon: z.number().describe("years"),
    best: z.enum(["buy", "rent", "wait"]),
    cost: z.record(z.enum(["buy", "rent", "wait"]), interval).describe("net present dollars"),
    buyLessRent: tornado,
    probability: z.strictObject({ buy: z.number(), wait: z.number() }),
    breakEven: interval.describe("share of hours above which buying costs less than renting"),
    rent: z.strictObject({ date: z.string().nullable(), age: z.number().nullable() }),
    trend: z.strictObject({ yearly: interval, spread: z.number(), launches: z.int() }),
    backtest: z.strictObject({
      spread: z.number(),
      casts: z.array(z.strictObject({ device: z.string(), ratio: z.number() })),
    }),
    next: z
      .array(
        z.strictObject({
          device: z.string(),
          launched: z.string(),
          status: z.enum(["shipping", "announced", "retired"]),
          work: z.number().describe("over that of the part at hand"),
          perDollar: interval.describe("work a dollar, over that of the part at hand"),
          price: interval.describe("dollars, were it on the trend"),
        }),
      )
      .describe("later parts of the vendor without a printed price"),
    terms: z.array(term),
  }),
  infeasible,
]);

const fewest = {
  fewest: z.int().nullable(),
  atP10: z.int().nullable().describe("if they are up as little as their p10"),
};

export const reliabilitySchema: z.ZodType = z.union([
  z.strictObject({
    title: z.string(),
    replica: z.strictObject({
      devices: z.int(),
      availability: interval,
      between: interval.describe("seconds between stops"),
    }),
    spares: z.strictObject({ replicas: z.int(), target: z.number(), ...fewest }),
    hosts: z
      .strictObject({ hosts: z.int(), ...fewest })
      .nullable()
      .describe("spare hosts that take over, where a replica spans hosts"),
    run: z.strictObject({
      devices: z.int(),
      between: interval,
      save: z.number(),
      restart: z.number(),
      interval: z.number().describe("seconds between checkpoints that lose least"),
      goodput: interval,
    }),
    parts: z.array(
      z.strictObject({
        part: z.enum(["device", "host", "switch", "rack"]),
        devices: z.int().describe("that stop with it"),
        share: z.number(),
        perYear: z.number(),
        lostDeviceHours: z.number(),
      }),
    ),
    terms: z.array(term),
  }),
  infeasible,
]);

const change = z.strictObject({
  name: z.string(),
  change: z.string(),
  hourly: z.number(),
  saved: z.number().describe("dollars a month"),
  sure: z.number().nullable().describe("probability that the limits are kept"),
  basis: z.string(),
});

export const rightsizeSchema: z.ZodType = z.strictObject({
  hourly: z.number().describe("of today, dollars"),
  rate: z.number(),
  running: z.array(
    z.strictObject({
      offer: z.string(),
      device: z.string(),
      count: z.int(),
      utilisation: z.number(),
      hourly: z.number(),
      price: z.string(),
    }),
  ),
  changes: z.array(change),
  advice: change.nullable(),
  unserved: z.array(z.string()),
});
