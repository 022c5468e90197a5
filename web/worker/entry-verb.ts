/** One device with every figure as its source prints it. */
import {
  figuresAt,
  findDevice,
  offersFor,
  type Catalogue,
  type Device,
  type Figure,
  type Offer,
} from "../../core/index.ts";
import { wholeCatalogue } from "./current-catalogue.ts";
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
  const catalogue = await wholeCatalogue();
  const device = accepted(findDevice(catalogue, asked));
  const file = catalogue.accelerators.find(({ id }) => id === device.id);
  const figures = file?.figures ?? {};
  yield {
    id: device.id,
    name: device.name,
    status: device.status,
    launched: device.launched ?? null,
    figures: Object.keys(figures).flatMap((name) =>
      figuresAt(figures, name).map((figure) => ({ name, ...printed(figure, catalogue) })),
    ),
    offers: offersFor(catalogue, device.id),
    assumptions: device.assumptions,
  };
}

function printed(figure: Figure, { sources }: Catalogue): Omit<EntryFigure, "name"> {
  if ("derived" in figure) {
    const source = `= ${figure.derived}`;
    return { value: "", source, address: null, read: null, at: figure.note ?? "" };
  }
  const source = sources[figure.source];
  return {
    value: figure.value,
    source: source === undefined ? figure.source : `${source.publisher}, ${source.title}`,
    address: source?.url ?? null,
    read: source?.read ?? null,
    at: figure.at,
  };
}
