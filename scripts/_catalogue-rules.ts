/** What the schema cannot say about the catalogue: one function a rule, each a list of complaints. */
import {
  figureDimension,
  figuresAt,
  findDevice,
  valueOf,
  type Catalogue,
  type Figures,
} from "../core/catalogue/index.ts";
import { findModel, type ModelEntry } from "../core/model/index.ts";
import type { CatalogueFile } from "./_catalogue-files.ts";

/** Figures of one file, with the name to complain under. */
interface Owner {
  readonly name: string;
  readonly figures: Figures;
}

/** The name of a file is the id of what it holds. */
export function misnamedFiles(files: readonly CatalogueFile[]): readonly string[] {
  return files.flatMap(({ folder, name, json }) => {
    const id = identity(json);
    return id === undefined || id === name ? [] : [`${folder}/${name}.json holds "${id}"`];
  });
}

function identity(json: unknown): string | undefined {
  if (typeof json !== "object" || json === null) return undefined;
  for (const key of ["id", "provider", "publisher"]) {
    const value: unknown = Reflect.get(json, key);
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** Figures stand in the order of their keys, so that two files compare line by line. */
export function unsortedFigures(catalogue: Catalogue): readonly string[] {
  return owners(catalogue).flatMap(({ name, figures }) => {
    const keys = Object.keys(figures);
    return keys.join() === keys.toSorted().join() ? [] : [`${name}: figures are not sorted`];
  });
}

/** A source that nothing cites is a leftover. */
export function unusedSources(catalogue: Catalogue): readonly string[] {
  const used = new Set<string>();
  collectSources([catalogue.accelerators, catalogue.systems, catalogue.prices], used);
  collectSources([catalogue.grids, catalogue.power], used);
  return Object.keys(catalogue.sources)
    .filter((id) => !used.has(id))
    .map((id) => `source "${id}" is not used`);
}

function collectSources(value: unknown, used: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    if (key === "source" && typeof item === "string") used.add(item);
    else collectSources(item, used);
  }
}

/** Half a unit of a decimal place, which the count printed is whole in: "2.4 M" is 0.05 M. */
export function oddRoundings({ models }: Catalogue): readonly string[] {
  return (models as readonly ModelEntry[]).flatMap(({ id, published }) => {
    const { total, rounded } = published ?? {};
    if (total === undefined || rounded === undefined) return [];
    const isHalf = /^5(e\+\d+)?$/u.test(rounded.toExponential());
    return isHalf && total % (2 * rounded) === 0 ? [] : [`${id}: rounded ${rounded} of ${total}`];
  });
}

/** Every id, name and alias finds its own device, so no two devices share a spelling. */
export function sharedNames(catalogue: Catalogue): readonly string[] {
  return catalogue.accelerators.flatMap((entry) =>
    strays(entry, (label) => {
      const found = findDevice(catalogue, entry.kind === "cpu" ? `CPU: ${label}` : label);
      return found.ok ? found.value.id : undefined;
    }),
  );
}

/** Every id, name and alias finds its own model, so no two models share a spelling. */
export function sharedModelNames({ models }: Catalogue): readonly string[] {
  const entries = models as readonly ModelEntry[];
  return entries.flatMap((entry) =>
    strays(entry, (label) => {
      const found = findModel(entries, label);
      return found.ok ? found.value.entry.id : undefined;
    }),
  );
}

/** Names of an entry by which another, or nothing, is found. */
function strays(
  { id, name, aliases }: Pick<ModelEntry, "id" | "name" | "aliases">,
  find: (label: string) => string | undefined,
): readonly string[] {
  return [id, name, ...aliases].flatMap((label) => {
    const other = find(label) ?? "nothing";
    return other === id ? [] : [`"${label}" of ${id} finds ${other}`];
  });
}

/** Devices that systems, prices and power facts name exist. */
export function missingDevices(catalogue: Catalogue): readonly string[] {
  const known = new Set(catalogue.accelerators.map(({ id }) => id));
  const named = [
    ...catalogue.systems,
    ...catalogue.prices.flatMap(({ instances }) => instances),
    ...catalogue.power.flatMap(({ facts }) => facts),
  ];
  return named.flatMap(({ device }) =>
    device === undefined || known.has(device) ? [] : [`no device "${device}"`],
  );
}

/** Sparse rates are twice the dense ones: a hundredth of leeway for rounding. */
export function oddSparsity(catalogue: Catalogue): readonly string[] {
  return owners(catalogue).flatMap(({ name, figures }) =>
    Object.keys(figures).flatMap((key) => {
      if (!key.endsWith("/sparse")) return [];
      const sparse = first(figures, key);
      const dense = first(figures, key.replace("/sparse", "/dense"));
      if (sparse === undefined || dense === undefined) return [];
      const isDouble = Math.abs(sparse / (2 * dense) - 1) < 0.01;
      return isDouble ? [] : [`${name}: ${key} is not twice the dense rate`];
    }),
  );
}

/** The range that a figure of a real device, server or place lies in, by key or its beginning. */
const RANGES: readonly (readonly [prefix: string, min: number, max: number])[] = [
  ["peak/matrix/", 1e10, 5e16],
  ["peak/vector/", 1e10, 1e15],
  ["memory/device/capacity", 2e8, 1e15],
  ["memory/device/bandwidth", 1e9, 1e14],
  ["cache/", 1e6, 1e11],
  ["units", 1, 1e6],
  ["clock/", 1e8, 1e10],
  ["link/bandwidth/", 1e9, 1e13],
  ["link/domain", 2, 1e5],
  ["host/pcie/generation", 1, 7],
  ["power/", 0.5, 2e5],
  ["price/list", 10, 1e7],
  ["carbon/average", 1, 1500],
  ["carbon/marginal", 1, 1500],
  ["carbon/free", 0, 1],
  ["electricity/price", 0.01, 1],
  ["pue", 1, 3],
];

/** Zeros, negative numbers and slipped prefixes. */
export function implausibleFigures(catalogue: Catalogue): readonly string[] {
  return owners(catalogue).flatMap(({ name, figures }) =>
    Object.keys(figures).flatMap((key) => {
      const range = RANGES.find(([prefix]) => key.startsWith(prefix));
      if (range === undefined) return [];
      const [, min, max] = range;
      return values(figures, key).flatMap((value) =>
        value >= min && value <= max ? [] : [`${name}: ${key} is ${value}`],
      );
    }),
  );
}

/**
 * Sources that disagree this widely answer two questions, or one of them is wrong. The rule found a
 * grid of Finland under Azure's North Europe, which is Ireland. TPU v4 reaches 1.8: a measured maximum
 * beside an estimate that includes the host.
 */
const SPREAD_MAX = 2.5;

/** Sources that disagree more than {@link SPREAD_MAX} times. */
export function wideSpreads(catalogue: Catalogue): readonly string[] {
  return owners(catalogue).flatMap(({ name, figures }) =>
    Object.keys(figures).flatMap((key) => {
      const all = values(figures, key);
      const spread = Math.max(...all) / Math.min(...all);
      return spread > SPREAD_MAX
        ? [`${name}: sources of ${key} differ ${spread.toFixed(2)}-fold`]
        : [];
    }),
  );
}

function owners(catalogue: Catalogue): readonly Owner[] {
  const places = catalogue.grids.flatMap((grid) => grid.places);
  return [...catalogue.accelerators, ...catalogue.systems, ...places].map(({ id, figures }) => ({
    name: id,
    figures,
  }));
}

function values(figures: Figures, key: string): readonly number[] {
  if (figureDimension(key) === undefined) return [];
  return figuresAt(figures, key).flatMap((figure) => {
    const read = valueOf(figures, key, figure);
    return read.ok ? [read.value] : [];
  });
}

function first(figures: Figures, key: string): number | undefined {
  return values(figures, key)[0];
}
