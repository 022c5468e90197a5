/**
 * Serving engines: their catalogue files, and their defaults on a device.
 *
 * Source: catalogue/engines/*.json, each default with the place in the engine's source code
 */
import * as z from "zod";
import type { Device } from "../catalogue/index.ts";
import { decode } from "../decode.ts";
import { present } from "../present.ts";
import { PRECISIONS } from "../precision.ts";
import { quantitySchema } from "../quantity-schema.ts";
import type { Result } from "../result.ts";
import { deviceMemory } from "./infeasible.ts";
import type { Engine, EngineTier } from "./types.ts";

const fraction = z.number().gt(0).lte(1);
const count = z.number().int().positive();

const size = quantitySchema("size");
const duration = quantitySchema("time");

const tier = z.strictObject({
  memoryMin: size,
  precision: z.enum(PRECISIONS).exactOptional(),
  fraction: fraction.exactOptional(),
  stepTokensMax: count.exactOptional(),
  sequencesMax: count.exactOptional(),
});

const engineFile = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    name: z.string().min(1),
    scheduler: z.enum(["chunked", "in-flight", "static"]),
    paper: z.boolean().exactOptional(),
    vendors: z.array(z.string().min(1)).min(1),
    memory: z.strictObject({
      fraction,
      of: z.enum(["total", "free"]),
      activationsOutside: z.boolean().exactOptional(),
    }),
    block: count,
    promptsAlone: z.boolean().exactOptional(),
    reserve: z.enum(["prompt", "whole"]).exactOptional(),
    stepTokensMax: count,
    sequencesMax: count,
    runtime: size.exactOptional(),
    runtimeShare: fraction.exactOptional(),
    communication: size.exactOptional(),
    logitBytes: z.number().nonnegative(),
    graphs: z.boolean(),
    launch: duration.exactOptional(),
    barrier: duration.exactOptional(),
    choice: duration.exactOptional(),
    eager: z.boolean().exactOptional(),
    reading: duration.exactOptional(),
    pieces: z
      .strictObject({ tokens: count, layersAhead: z.number().positive(), valueBytes: count })
      .exactOptional(),
    padded: z.enum(["power", "whole"]).exactOptional(),
    flopsPerCycle: z.number().positive().exactOptional(),
    bytesPerCycle: z.number().positive().exactOptional(),
    attentionPerCycle: z.number().positive().exactOptional(),
    scorePasses: z.number().int().nonnegative().exactOptional(),
    tiers: z.array(tier).exactOptional(),
    releases: z
      .record(z.string().regex(/^\d+(\.\d+)+$/), z.string().regex(/^\d{4}-\d{2}$/))
      .exactOptional(),
    generations: z
      .record(
        z.string().regex(/^\d+(\.\d+)+$/),
        z.strictObject({
          id: z.string().min(1),
          promptsAlone: z.boolean().exactOptional(),
          stepTokensMax: count.exactOptional(),
          sequencesMax: count.exactOptional(),
          ringed: z.array(z.string().min(1)).exactOptional(),
          runtime: size.exactOptional(),
          runtimeShare: fraction.exactOptional(),
          communication: size.exactOptional(),
          logitBytes: z.number().nonnegative().exactOptional(),
          rowsAside: z.strictObject({ rows: count, vendor: z.string().min(1) }).exactOptional(),
          groupsPadded: z.boolean().exactOptional(),
        }),
      )
      .exactOptional(),
    /** Where each default was read: key of this file → repository@commit path, or how it was fitted. */
    sources: z.record(z.string(), z.string().min(1)),
  })
  .transform((file): Engine => {
    const { sources: _, ...engine } = file;
    return engine;
  });

/** The engine of one file of catalogue/engines, or the first thing wrong with it. */
export function decodeEngine(json: unknown): Result<Engine> {
  return decode(engineFile, json);
}

/** The year that ages of engines are counted back from; what came out since counts as new. */
export const NEWEST = 2026;

const MONTHS = 12;
/** Month of a date that gives none: the middle of the year. */
const MONTH_USUAL = 7;

/** `engine` as it was in a month, "2024-09" (or on a day of it, or in a year). */
export function dated(engine: Engine, date: string): Engine {
  const [year = NEWEST, month = MONTH_USUAL] = date.split("-").map(Number);
  const months = MONTHS * year + Math.min(MONTHS, month) - 1;
  const released = Object.entries(engine.releases ?? {})
    .filter(([, first]) => monthsOf(first) <= months)
    .map(([version]) => version);
  return {
    ...engine,
    ...generation(engine, released.reduce(newer, "0")),
    age: Math.max(0, NEWEST - months / MONTHS),
  };
}

function monthsOf(date: string): number {
  const [year = NEWEST, month = 1] = date.split("-").map(Number);
  return MONTHS * year + month - 1;
}

/** `engine` in the release that `version` belongs to; null where the catalogue lists none as old. */
export function versioned(engine: Engine, version: string): Engine | null {
  const released = Object.keys(engine.releases ?? {}).filter((first) => isUpTo(first, version));
  const first = engine.releases?.[released.reduce(newer, "0")];
  return first === undefined ? null : dated(engine, first);
}

/** What of an engine was otherwise in the generation that a release belongs to. */
function generation({ generations = {} }: Engine, release: string): Partial<Engine> {
  const begun = Object.keys(generations).filter((first) => isUpTo(first, release));
  const [oldest] = Object.keys(generations).toSorted((a, b) => (isUpTo(a, b) ? -1 : 1));
  return generations[begun.length === 0 ? (oldest ?? "") : begun.reduce(newer, "0")] ?? {};
}

function newer(a: string, b: string): string {
  return isUpTo(a, b) ? b : a;
}

function numbers(version: string): readonly number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? "").split(".").filter(Boolean).map(Number);
}

function isUpTo(one: string, other: string): boolean {
  const [a, b] = [numbers(one), numbers(other)];
  if (b.length === 0) return false;
  for (let index = 0; index < a.length; index++) {
    const step = (b[index] ?? 0) - (a[index] ?? 0);
    if (step !== 0) return step > 0;
  }
  return true;
}

/** The engines to choose from on `device`, each with its defaults there; frameworks are only run when named. */
export function enginesOn(engines: readonly Engine[], device: Device): readonly Engine[] {
  return engines
    .filter((engine) => isOffered(engine) && engine.vendors.includes(device.vendor))
    .map((engine) => engineOn(engine, device));
}

function isOffered({ launch, barrier, reading, flopsPerCycle, paper }: Engine): boolean {
  return [launch, barrier, reading, flopsPerCycle, paper].every((own) => own === undefined);
}

/**
 * `engine` with the defaults it takes on `device`. On a CPU frameworks run graphs whose operators are fused, one after
 * another; elsewhere they launch operators ahead of the device.
 */
export function engineOn(engine: Engine, device: Device): Engine {
  const { tiers, launch, barrier, choice, ...base } = engine;
  const onHost = device.kind === "cpu" && barrier !== undefined;
  const own = { ...base, ...present(onHost ? { barrier } : { launch, choice }) };
  return (tiers ?? []).filter((each) => applies(each, device)).reduce(withTier, own);
}

function applies({ memoryMin, precision }: EngineTier, device: Device): boolean {
  const memory = deviceMemory(device);
  if (typeof memory === "object" || memory < memoryMin) return false;
  return precision === undefined || device.peak[precision] !== undefined;
}

function withTier(
  engine: Engine,
  { fraction: share = engine.memory.fraction, stepTokensMax, sequencesMax }: EngineTier,
): Engine {
  return {
    ...engine,
    ...present({ stepTokensMax, sequencesMax }),
    memory: { ...engine.memory, fraction: share },
  };
}
