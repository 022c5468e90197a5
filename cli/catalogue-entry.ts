/** One entry of the catalogue with every figure as printed and where it was read. */
import {
  findDevice,
  findModel,
  grids,
  offersFor,
  systemsOf,
  type Catalogue,
  type InstanceFile,
  type ModelEntry,
  type PriceRow,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import {
  described,
  figureRows,
  printedRows,
  sourcesOf,
  type PrintedRow,
} from "./catalogue-figures.ts";
import { accepted, inputError } from "./input-error.ts";
import { paint } from "./paint.ts";

/** Each kind of entry answers to its exact names first, so that a rack is not taken for its device. */
const KINDS = [systemAnswer, placeAnswer, instanceAnswer, deviceAnswer, modelAnswer] as const;

export function entryAnswer(catalogue: Catalogue, label: string): Answer {
  for (const kind of KINDS) {
    const answer = kind(catalogue, label);
    if (answer !== undefined) return answer;
  }
  const near = namesLike(catalogue, label);
  if (near.length === 0) accepted(findDevice(catalogue, label), "entry");
  const kinds = "a device, system, instance, place or model of the catalogue";
  throw inputError("entry", `${kinds}; did you mean ${near.join(", ")}?`, label);
}

function deviceAnswer(catalogue: Catalogue, label: string): Answer | undefined {
  const found = findDevice(catalogue, label);
  if (!found.ok) return undefined;
  const device = found.value;
  const file = catalogue.accelerators.find(({ id }) => id === device.id);
  if (file === undefined) return undefined;
  const systems = systemsOf(catalogue, device.id);
  const offers = offersFor(catalogue, device.id);
  const more = `Systems: ${systems.length}; prices: ${offers.length}, as tenlane catalogue --list prices --device ${device.id} shows`;
  return {
    json: { device, file, systems, offers, sources: sourcesOf(catalogue, file.figures) },
    text: page({
      name: device.name,
      facts: [device.vendor, device.architecture, device.status, device.launched],
      catalogue,
      rows: figureRows(file.figures),
      assumed: device.assumptions,
      more,
    }),
  };
}

function systemAnswer(catalogue: Catalogue, label: string): Answer | undefined {
  const system = catalogue.systems.find(({ id, name }) => isNamed(label, [id, name]));
  if (system === undefined) return undefined;
  const { figures, name, vendor, count, device, status } = system;
  return {
    json: { system, sources: sourcesOf(catalogue, figures) },
    text: page({
      name,
      facts: [vendor, `${count} × ${device}`, status],
      catalogue,
      rows: figureRows(figures),
      more: `Its devices: tenlane catalogue ${device}`,
    }),
  };
}

function placeAnswer(catalogue: Catalogue, label: string): Answer | undefined {
  const grid = grids(catalogue).find(({ id }) => isNamed(label, [id]));
  const place = catalogue.grids.flatMap(({ places }) => places).find(({ id }) => id === grid?.id);
  if (grid === undefined || place === undefined) return undefined;
  return {
    json: { grid, file: place, sources: sourcesOf(catalogue, place.figures) },
    text: page({
      name: grid.id,
      facts: [place.name],
      catalogue,
      rows: figureRows(place.figures),
    }),
  };
}

function instanceAnswer(catalogue: Catalogue, label: string): Answer | undefined {
  const found = catalogue.prices.flatMap(({ provider, instances }) =>
    instances
      .filter(({ name, slice }) => {
        const full = [`${provider}/${name}`, `${provider} ${name}`];
        return isNamed(label, slice === true ? full : [name, ...full]);
      })
      .map((instance) => ({ provider, instance })),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const { provider, instance } = first;
  const { name, device = "a device no source names", count, cpus, memory, network } = instance;
  return {
    json: { provider, instance, sources: described(catalogue, [instance.source]) },
    text: page({
      name: `${provider} ${name}`,
      facts: [
        `${count} × ${device}`,
        cpus === undefined ? undefined : `${cpus} vCPU`,
        memory,
        network,
      ],
      catalogue,
      title: "price",
      rows: priceRows(instance),
    }),
  };
}

function modelAnswer(catalogue: Catalogue, label: string): Answer | undefined {
  const found = findModel(catalogue.models as readonly ModelEntry[], label);
  if (!found.ok) return undefined;
  const { entry } = found.value;
  const { id, name, published, source, at = "" } = entry;
  const counts = [
    ["parameters", published?.total],
    ["parameters of a token", published?.active],
  ] as const;
  const rows = counts.flatMap(([what, count]) =>
    count === undefined
      ? []
      : [
          {
            name: what,
            value: String(count),
            ...(published === undefined ? {} : { source: published.source }),
            at: "",
          },
        ],
  );
  const shape = entry.config === undefined ? "network" : "configuration";
  return {
    json: { model: entry },
    text: page({
      name,
      facts: [id],
      catalogue,
      rows: [...rows, { name: shape, value: "", source, at }],
      more: `Its parts: tenlane read ${id}; its operators: tenlane expand ${id}`,
    }),
  };
}

function priceRows({ prices, source, at, note }: InstanceFile): readonly PrintedRow[] {
  const rows = prices.flatMap((row) =>
    WAYS.flatMap((way) => {
      const value = row[way];
      const name = [way, row.region, row.date].filter((part) => part !== undefined).join(", ");
      return value === undefined ? [] : [{ name, value, source, at }];
    }),
  );
  const [first, ...rest] =
    rows.length === 0 ? [{ name: "no price read", value: "", source, at }] : rows;
  return first === undefined ? [] : [{ ...first, note }, ...rest];
}

const WAYS = [
  "demand",
  "spot",
  "reserved",
  "purchase",
] as const satisfies readonly (keyof PriceRow)[];

interface Page {
  readonly name: string;
  readonly facts: readonly (string | undefined)[];
  readonly catalogue: Catalogue;
  readonly title?: string;
  readonly rows: readonly PrintedRow[];
  readonly assumed?: readonly string[];
  readonly more?: string;
}

function page({
  name,
  facts,
  catalogue,
  title = "figure",
  rows,
  assumed = [],
  more,
}: Page): Answer["text"] {
  return (shell) =>
    [
      `${paint(shell, "bold", name)}  ${facts.filter((fact) => fact !== undefined).join(", ")}`,
      "",
      ...printedRows(catalogue, title, rows, shell),
      ...assumed.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
      ...(more === undefined ? [] : [more, ""]),
    ].join("\n");
}

function isNamed(label: string, names: readonly string[]): boolean {
  const wanted = label.trim().toLowerCase();
  return names.some((name) => name.toLowerCase() === wanted);
}

const SUGGESTIONS = 5;

/** Names of the catalogue that hold `label`. */
function namesLike(catalogue: Catalogue, label: string): readonly string[] {
  const wanted = label.trim().toLowerCase();
  const names = [
    ...catalogue.accelerators.map(({ id }) => id),
    ...catalogue.systems.map(({ id }) => id),
    ...grids(catalogue).map(({ id }) => id),
    ...catalogue.prices.flatMap(({ instances }) => instances.map(({ name }) => name)),
    ...(catalogue.models as readonly ModelEntry[]).map(({ id }) => id),
  ];
  return names.filter((name) => name.toLowerCase().includes(wanted)).slice(0, SUGGESTIONS);
}
