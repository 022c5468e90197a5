/** A row of a served language model as a question to the core. */
import {
  type Coefficients,
  estimate,
  type Engine,
  type Estimate,
  type Infeasible,
  type Load,
  type Query,
} from "../core/estimate/index.ts";
import {
  splitProblem,
  type Device,
  type Grid,
  type Numerics,
  type System,
  type Transformer,
} from "../core/index.ts";
import { unlisted } from "./answer.ts";
import { searching, sharedPrompt } from "./beams.ts";
import { pressureOf, type Pressure } from "./concurrency.ts";
import { asRun } from "./configured.ts";
import { batchEngine, servingEngine } from "./engine.ts";
import { lengthsOf, type RequestLengths } from "./lengths.ts";
import { cachedShare, readingTime } from "./ml-energy.ts";
import { isByCore, splitOver, statedSplit, type Split } from "./parallel.ts";
import { paddedModel, staticExperts } from "./padded.ts";
import { numericsOf } from "./precision.ts";
import { recipeOf } from "./recipe.ts";
import type { Row } from "./row.ts";
import { benchEngine } from "./trtllm-bench.ts";
import type { World } from "./world.ts";

/** What every question about a language model needs, or why the row does not give it. */
export interface Subject {
  readonly model: Transformer;
  readonly device: Device;
  readonly system: System;
  readonly numerics: Numerics;
}

export function subjectOf(row: Row, world: World): Subject | string {
  const found = world.device(row.hardware);
  if (found === null) return unlisted("device", row.hardware);
  const device = withHostMemory(asRun(found, row));
  const named = world.model(row.model);
  if (named === null) return unlisted("model", row.model);
  const { model } = named;
  if (model.kind === "network") return "metric not predicted: tokens and queues of a network";
  const numerics = numericsOf(row, model, named.named, device);
  if (numerics === null) return `precision "${row.precision_weights}" not known`;
  const system = withoutPlace(world.system(device));
  return { model: staticExperts(withoutLimit(model), row), device, system, numerics };
}

/** A processor's memory is its server's: that of measured ones held what was run. */
function withHostMemory(device: Device): Device {
  const { kind, memory } = device;
  if (kind !== "cpu" || memory === undefined || memory.capacity !== undefined) return device;
  return { ...device, memory: { ...memory, capacity: SOCKET_MEMORY } };
}

/** Bytes a socket: a module of 64 GB in each of eight channels. Source: assumption */
const SOCKET_MEMORY = 512e9;

/** What was measured was run, whatever context the model was made for. */
function withoutLimit(model: Transformer): Transformer {
  const { contextMax, ...rest } = model;
  return contextMax === undefined ? model : rest;
}

/** Benchmarks measure at the machine: no power usage effectiveness of a place. */
export function withoutPlace({ device, perHost, network, hostPower, hostBase }: System): System {
  return { device, perHost, network, hostPower, hostBase, grid: AT_THE_MACHINE };
}

const AT_THE_MACHINE: Grid = {
  id: "machine",
  name: "at the machine",
  provider: "benchmark",
  pue: 1,
  source: "MLPerf Inference rules: power is measured at the system's own supplies",
};

export interface Asked {
  readonly query: Query;
  readonly lengths: RequestLengths;
}

/** How the row's requests were batched: as they came, or as one batch. */
export type Batching = "continuous" | "whole";

export function servingQuery(row: Row, world: World, batching: Batching): Asked | string {
  const subject = subjectOf(row, world);
  if (typeof subject === "string") return subject;
  const lengths = lengthsOf(row);
  if (typeof lengths === "string") return lengths;
  const pressure = pressureOf(row) ?? (batching === "whole" ? { requests: 1 } : QUEUED_ALL);
  const split = statedSplit(row) ?? fittingSplit(row, subject, world);
  if (split === null)
    return "condition missing: parallel split, and the memory of a device that would tell it";
  const query = queryOf({ row, world, subject, lengths, pressure, split, batching });
  return query === null ? "no engine in the catalogue" : { query, lengths };
}

/** More requests than any system runs at once. */
const QUEUED = 100_000;

/** Throughput tables that name no batch queue all requests. */
const QUEUED_ALL: Pressure = { requests: QUEUED };

interface Parts {
  readonly row: Row;
  readonly world: World;
  readonly subject: Subject;
  readonly lengths: RequestLengths;
  readonly pressure: Pressure;
  readonly split: Split;
  readonly batching: Batching;
}

export function queryOf(parts: Parts): Query | null {
  const { row, world, subject, lengths, pressure, split, batching } = parts;
  const { model, system, numerics } = subject;
  const concurrency = Math.max(1, pressure.requests / split.replicas);
  const engine =
    batching === "whole"
      ? batchEngine(world.engines, concurrency)
      : servingEngine(row, world.engines, subject.device);
  if (engine === null) return null;
  const capped = deployed(engine, parts);
  const load: Load = {
    ...lengths,
    cached: Math.max(sharedPrompt(row), cachedShare(row)),
    reading: readingTime(row),
    concurrency,
    ...(pressure.rate === undefined ? {} : { rate: pressure.rate / split.replicas }),
  };
  const ranks = Math.max(split.parallel.tensor, isByCore(row) ? (row.tp ?? 1) : 1);
  const isSplit = splitProblem(model, { ...split.parallel, tensor: ranks }) === null;
  const { parallel, replicas } = split;
  const placement = { parallel, replicas, numerics, engine: capped };
  return {
    model: isSplit ? model : paddedModel(model, ranks),
    system,
    placement: { ...placement, engine: searching(row, { model, system, placement }) },
    load,
  };
}

/**
 * The engine as whoever ran the row must have set it: no more sequences than it says, and steps that
 * hold a whole prompt beside the decodes where prompts are never cut.
 */
function deployed(base: Engine, { row, subject, split, pressure, lengths }: Parts): Engine {
  const own = benchEngine(row, { ...subject, ...split });
  if (own !== null) return { ...base, ...own };
  const engine = { ...base, ...recipeOf({ row, lengths, users: pressure.requests }) };
  const sequencesMax = pressure.cap === undefined ? engine.sequencesMax : Math.max(1, pressure.cap);
  if (engine.scheduler !== "in-flight") return { ...engine, sequencesMax };
  const running = Math.min(pressure.requests, sequencesMax);
  const longest = lengths.input.mean * (1 + Math.sqrt(3) * lengths.input.variation);
  const stepTokensMax = Math.max(engine.stepTokensMax, Math.ceil(longest) + running);
  return { ...engine, sequencesMax, stepTokensMax };
}

/** Share of memory that weights may take before a table would have split the model further. */
const WEIGHTS_SHARE = 0.7;

/** The least split whose weights leave room, of those that divide the row's devices. */
function fittingSplit(row: Row, { model, device, numerics }: Subject, world: World): Split | null {
  const devices = row.accelerators ?? 1;
  const capacity = device.memory?.capacity;
  if (devices === 1) return splitOver(1, row);
  if (capacity === undefined) return null;
  for (let tensor = 1; tensor <= devices; tensor *= 2) {
    const bytes = world.weightBytes(model, numerics, tensor);
    if (devices % tensor === 0 && bytes !== null && bytes <= WEIGHTS_SHARE * capacity) {
      return splitOver(tensor, row);
    }
  }
  return splitOver(devices, row);
}

/** An estimate, and whether the load it was asked for is more than we hold the system to carry. */
export interface Estimated {
  readonly answer: Estimate | Infeasible;
  readonly isOverloaded: boolean;
}

/**
 * The estimate. A load that was served although we hold it to be too much is answered as a full system:
 * time a token and rates do not depend on the queue, first tokens do.
 */
export function estimated(query: Query, coefficients: Coefficients, queued = QUEUED): Estimated {
  const answer = estimate(query, coefficients);
  if (answer.kind === "estimate" || answer.reason !== "rate") {
    return { answer, isOverloaded: false };
  }
  const { input, output, cached } = query.load;
  const load = { input, output, cached, concurrency: queued };
  return { answer: estimate({ ...query, load }, coefficients), isOverloaded: queued === QUEUED };
}
