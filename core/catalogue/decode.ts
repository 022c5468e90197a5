/** The shape of catalogue files, checked. Unknown keys are refused: a misspelt figure is a missing one. */
import { ok, type DecodeError, type Result } from "../result.ts";
import {
  anything,
  count,
  date,
  isObject,
  list,
  oneOf,
  record,
  shape,
  text,
  wrong,
  type Check,
  type Path,
} from "./_check.ts";
import { figureDimension, figuresAt, valueOf } from "./figures.ts";
import type { Catalogue, Figures, SourceFile } from "./files.ts";
import { parseQuantity, type Dimension } from "../quantity.ts";

const printed = shape({ value: text, source: text, at: text }, { period: text, note: text });
const derived = shape({ derived: text }, { note: text });
const figure: Check = (value, path) =>
  (isObject(value) && Object.hasOwn(value, "derived") ? derived : printed)(value, path);
const figureOrList: Check = (value, path) =>
  (Array.isArray(value) ? list(figure) : figure)(value, path);

/** Shape first, then every figure read once: its unit must fit its key. */
const figures: Check = (value, path) => shapeOfFigures(value, path) ?? units(value, path);
const shapeOfFigures = record(() => figureOrList);

function units(value: unknown, path: Path): DecodeError | undefined {
  if (!isFigures(value)) return wrong(path, "figures", value);
  for (const key of Object.keys(value)) {
    if (figureDimension(key) === undefined) return wrong([...path, key], "a known figure", key);
    for (const each of figuresAt(value, key)) {
      const read = valueOf(value, key, each);
      if (!read.ok) return { ...read.error, path: [...path, ...read.error.path] };
    }
  }
  return undefined;
}

function isFigures(value: unknown): value is Figures {
  return shapeOfFigures(value, []) === undefined;
}

function quantity(dimension: Dimension): Check {
  return (value, path) => {
    if (typeof value !== "string") return wrong(path, "a quantity with its unit", value);
    const read = parseQuantity(value, dimension);
    return read.ok ? undefined : { ...read.error, path };
  };
}

const status = oneOf("shipping", "announced", "retired");

const source = shape({
  title: text,
  publisher: text,
  url: text,
  read: date,
  class: oneOf(
    "vendor datasheet",
    "vendor documentation",
    "peer-reviewed",
    "benchmark submission",
    "official statistics",
    "secondary",
  ),
});

const device = shape(
  {
    id: text,
    name: text,
    vendor: text,
    kind: oneOf("gpu", "tpu", "asic", "fpga", "cpu"),
    status,
    aliases: list(text),
    figures,
  },
  {
    architecture: text,
    launched: date,
    memory: text,
    link: text,
    note: text,
    inferenceOnly: text,
  },
);

const system = shape(
  { id: text, name: text, vendor: text, device: text, count, status, figures },
  { cpu: text, link: text, note: text },
);

const priceRow = shape(
  { date },
  {
    region: text,
    demand: quantity("rent"),
    spot: quantity("rent"),
    reserved: quantity("rent"),
    purchase: quantity("money"),
  },
);

const instance = shape(
  { name: text, count, source: text, at: text, prices: list(priceRow) },
  {
    device: text,
    slice: oneOf(true),
    network: quantity("bandwidth"),
    cpus: count,
    memory: quantity("size"),
    note: text,
  },
);

const fact = shape(
  {
    id: text,
    of: oneOf("wall", "device", "cpu-thread", "component"),
    state: oneOf("load", "idle", "limit"),
    subject: text,
    workload: text,
    figure: printed,
  },
  { device: text, count },
);

const parts: Readonly<Record<keyof Catalogue, Check>> = {
  sources: record(() => source),
  accelerators: list(device),
  systems: list(system),
  prices: list(shape({ provider: text, instances: list(instance) })),
  grids: list(shape({ provider: text, places: list(shape({ id: text, name: text, figures })) })),
  power: list(shape({ publisher: text, facts: list(fact) })),
  models: list(anything),
  engines: list(anything),
  claims: list(anything),
};

const whole = shape({}, parts);

const EMPTY: Catalogue = {
  sources: {},
  accelerators: [],
  systems: [],
  prices: [],
  grids: [],
  power: [],
  models: [],
  engines: [],
  claims: [],
};

/**
 * A catalogue from JSON. Parts that are missing are empty.
 *
 * `known` are sources that figures may name besides the file's own.
 * Errors: the path to the first entry that breaks the schema, names an unknown figure or source,
 * or whose unit does not fit its key.
 */
export function decodeCatalogue(
  json: unknown,
  known: Readonly<Record<string, SourceFile>> = {},
): Result<Catalogue> {
  const error = whole(json, []);
  if (error !== undefined) return { ok: false, error };
  // The check above has walked every key, so the shape is the type's.
  const read = { ...EMPTY, ...(json as Partial<Catalogue>) };
  // Models, engines and claims name their sources in their own way, checked by the folders that read them.
  const ours = { ...read, models: [], engines: [], claims: [] };
  const stray = strayedSource(ours, [], { ...known, ...read.sources });
  return stray === undefined ? ok(read) : { ok: false, error: stray };
}

/** The first `"source"` anywhere in the file that no bibliography has. */
function strayedSource(
  value: unknown,
  path: Path,
  known: Readonly<Record<string, SourceFile>>,
): DecodeError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const here = [...path, key];
    const isStray = key === "source" && typeof item === "string" && !Object.hasOwn(known, item);
    if (isStray) return wrong(here, "an id of the sources", item);
    const deeper = strayedSource(item, here, known);
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}
