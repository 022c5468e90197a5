/** Lists of the catalogue, filtered. */
import {
  devices,
  findDevice,
  grids,
  offers,
  quantityText,
  type Catalogue,
  type Column,
  type Device,
  type Grid,
  type ModelEntry,
  type Offer,
  type QuantityKind,
  type SystemFile,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { accepted } from "./input-error.ts";
import { laidOut } from "./layout.ts";

export const LISTS = ["devices", "systems", "prices", "grids", "models"] as const;

export interface Filter {
  readonly vendor?: string;
  readonly kind?: string;
  readonly status?: string;
  readonly device?: string;
  readonly region?: string;
}

export function listAnswer(
  catalogue: Catalogue,
  list: (typeof LISTS)[number],
  filter: Filter,
): Answer {
  switch (list) {
    case "devices":
      return tabled(list, matching(devices(catalogue), filter), DEVICE_COLUMNS);
    case "systems":
      return tabled(
        list,
        matching(ofDevice(catalogue, catalogue.systems, filter), filter),
        SYSTEM_COLUMNS,
      );
    case "prices":
      return tabled(
        list,
        matching(ofDevice(catalogue, offers(catalogue), filter), filter),
        OFFER_COLUMNS,
      );
    case "grids":
      return tabled(list, matching(grids(catalogue), filter), GRID_COLUMNS);
    case "models":
      return tabled(list, catalogue.models as readonly ModelEntry[], MODEL_COLUMNS);
  }
}

/** Entries whose fields are what the filter names; an entry without the field is left out. */
function matching<T extends object>(entries: readonly T[], filter: Filter): readonly T[] {
  const wanted = [
    { value: filter.vendor, fields: ["vendor", "provider"] },
    { value: filter.kind, fields: ["kind"] },
    { value: filter.status, fields: ["status"] },
    { value: filter.region, fields: ["region"] },
  ];
  return entries.filter((entry) => {
    const own = new Map<string, unknown>(Object.entries(entry));
    return wanted.every(
      ({ value, fields }) =>
        value === undefined ||
        fields.some((field) => String(own.get(field)).toLowerCase() === value.toLowerCase()),
    );
  });
}

function ofDevice<T extends { readonly device: string }>(
  catalogue: Catalogue,
  entries: readonly T[],
  { device }: Filter,
): readonly T[] {
  if (device === undefined) return entries;
  const { id } = accepted(findDevice(catalogue, device), "--device");
  return entries.filter((entry) => entry.device === id);
}

interface CellColumn<T> extends Column {
  readonly cell: (entry: T) => string;
}

function left<T>(title: string, cell: (entry: T) => string): CellColumn<T> {
  return { title, align: "left", flexible: true, cell };
}

function right<T>(
  title: string,
  kind: QuantityKind,
  value: (entry: T) => number | undefined,
): CellColumn<T> {
  const cell = (entry: T): string => {
    const known = value(entry);
    return known === undefined ? "" : quantityText(known, kind);
  };
  return { title, align: "right", cell };
}

const DEVICE_COLUMNS: readonly CellColumn<Device>[] = [
  left("id", ({ id }) => id),
  left("name", ({ name }) => name),
  left("status", ({ status }) => status),
  left("launched", ({ launched = "" }) => launched),
  right("bf16", "compute", ({ peak }) => peak.bf16),
  right("fp8", "compute", ({ peak }) => peak.fp8),
  right("memory", "size", ({ memory }) => memory?.capacity),
  right("bandwidth", "bandwidth", ({ memory }) => memory?.bandwidth),
  right("power", "power", ({ power }) => power?.max),
  right("price", "money", ({ price }) => price),
];

const SYSTEM_COLUMNS: readonly CellColumn<SystemFile>[] = [
  left("id", ({ id }) => id),
  left("name", ({ name }) => name),
  left("device", ({ device }) => device),
  right("devices", "count", ({ count }) => count),
  left("status", ({ status }) => status),
];

const OFFER_COLUMNS: readonly CellColumn<Offer>[] = [
  left("name", ({ provider, name }) => `${provider} ${name}`),
  left("device", ({ device, count }) => `${count} × ${device}`),
  left("region", ({ region = "" }) => region),
  left("kind", ({ kind }) => kind),
  right("an hour", "money", ({ dollarsPerHour }) => dollarsPerHour),
  right("to buy", "money", ({ dollars }) => dollars),
  left("read", ({ date = "" }) => date),
];

const GRID_COLUMNS: readonly CellColumn<Grid>[] = [
  left("id", ({ id }) => id),
  left("name", ({ name }) => name),
  right("g CO2e/kWh", "count", ({ gramsPerKwh }) => gramsPerKwh),
  right("PUE", "count", ({ pue }) => pue),
  right("a kWh", "money", ({ dollarsPerKwh }) => dollarsPerKwh),
];

const MODEL_COLUMNS: readonly CellColumn<ModelEntry>[] = [
  left("id", ({ id }) => id),
  left("name", ({ name }) => name),
  right("parameters", "count", ({ published }) => published?.total),
  right("active", "count", ({ published }) => published?.active),
];

function tabled<T>(list: string, entries: readonly T[], columns: readonly CellColumn<T>[]): Answer {
  return {
    json: { [list]: entries },
    text: (shell) => {
      const rows = entries.map((entry) => columns.map(({ cell }) => cell(entry)));
      return entries.length === 0 ? `no ${list} match\n` : laidOut({ columns, rows }, shell);
    },
  };
}
