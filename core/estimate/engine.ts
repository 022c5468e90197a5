/**
 * Serving engines: their catalogue files, and their defaults on a device.
 *
 * Source: catalogue/engines/*.json, each default with the place in the engine's source code
 */
import * as z from "zod";
import { parseQuantity, type Device, type Dimension } from "../catalogue/index.ts";
import { decode } from "../decode.ts";
import { PRECISIONS } from "../precision.ts";
import type { Result } from "../result.ts";
import type { Engine, EngineTier } from "./types.ts";

const fraction = z.number().gt(0).lte(1);
const count = z.number().int().positive();

const size = quantity("size");
const duration = quantity("time");

function quantity(dimension: Dimension) {
  return z.string().transform((text, context) => {
    const read = parseQuantity(text, dimension);
    if (read.ok) return read.value;
    context.addIssue({ code: "custom", message: read.error.expected });
    return z.NEVER;
  });
}

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
    flopsPerCycle: z.number().positive().exactOptional(),
    scorePasses: z.number().int().nonnegative().exactOptional(),
    tiers: z.array(tier).exactOptional(),
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

/** The engines to choose from on `device`, each with its defaults there; frameworks are only run when named. */
export function enginesOn(engines: readonly Engine[], device: Device): readonly Engine[] {
  return engines
    .filter((engine) => isOffered(engine) && engine.vendors.includes(device.vendor))
    .map((engine) => engineOn(engine, device));
}

function isOffered({ launch, flopsPerCycle }: Engine): boolean {
  return launch === undefined && flopsPerCycle === undefined;
}

/** `engine` with the defaults it takes on `device`. */
export function engineOn(engine: Engine, device: Device): Engine {
  const { tiers, ...base } = engine;
  return (tiers ?? []).filter((each) => applies(each, device)).reduce(withTier, base);
}

function applies({ memoryMin, precision }: EngineTier, device: Device): boolean {
  const memory = device.memory?.visible ?? device.memory?.capacity;
  if (memory === undefined || memory < memoryMin) return false;
  return precision === undefined || device.peak[precision] !== undefined;
}

function withTier(
  engine: Engine,
  { fraction: share, stepTokensMax, sequencesMax }: EngineTier,
): Engine {
  return {
    ...engine,
    ...(share === undefined ? {} : { memory: { ...engine.memory, fraction: share } }),
    ...(stepTokensMax === undefined ? {} : { stepTokensMax }),
    ...(sequencesMax === undefined ? {} : { sequencesMax }),
  };
}
