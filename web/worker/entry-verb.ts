/** One device with every figure as its source prints it. */
import {
  figuresAt,
  findDevice,
  offersFor,
  type Device,
  type Figure,
  type Offer,
} from "../../core/index.ts";
import { currentCatalogue } from "./current-catalogue.ts";
import type { Parts } from "./messages.ts";
import { accepted } from "./refusal.ts";

export interface EntryFigure {
  readonly name: string;
  readonly value: string;
  /** Publisher and title, or what it is derived from. */
  readonly source: string;
  readonly address: string | null;
  readonly read: string | null;
  /** The place in the source. */
  readonly at: string;
}

export interface EntryView {
  readonly id: string;
  readonly name: string;
  readonly status: Device["status"];
  readonly launched: string | null;
  readonly figures: readonly EntryFigure[];
  readonly offers: readonly Offer[];
  readonly assumptions: readonly string[];
}

export async function* entryAnswer({
  device: asked,
}: {
  readonly device: string;
}): Parts<EntryView> {
  const device = accepted(findDevice(currentCatalogue(), asked));
  const file = currentCatalogue().accelerators.find(({ id }) => id === device.id);
  const figures = (await printedFigures())[device.id] ?? file?.figures ?? {};
  yield {
    id: device.id,
    name: device.name,
    status: device.status,
    launched: device.launched ?? null,
    figures: Object.keys(figures).flatMap((name) =>
      figuresAt(figures, name).map((figure) => ({ name, ...printed(figure) })),
    ),
    offers: offersFor(currentCatalogue(), device.id),
    assumptions: device.assumptions,
  };
}

type Figures = ReturnType<typeof currentCatalogue>["accelerators"][number]["figures"];

/** With places and notes, which the worker's own catalogue lacks: written when the page is built. */
async function printedFigures(): Promise<Readonly<Record<string, Figures>>> {
  const answer = await fetch(new URL("data/figures.json", location.href));
  return (await answer.json()) as Readonly<Record<string, Figures>>;
}

function printed(figure: Figure): Omit<EntryFigure, "name"> {
  if ("derived" in figure) {
    const source = `= ${figure.derived}`;
    return { value: "", source, address: null, read: null, at: figure.note ?? "" };
  }
  const source = currentCatalogue().sources[figure.source];
  return {
    value: figure.value,
    source: source === undefined ? figure.source : `${source.publisher}, ${source.title}`,
    address: source?.url ?? null,
    read: source?.read ?? null,
    at: figure.at,
  };
}
