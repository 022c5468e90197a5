/** One device of the catalogue with every figure as printed and where it was read. */
import {
  figuresAt,
  findDevice,
  offersFor,
  systemsOf,
  type Catalogue,
  type DeviceFile,
  type Figure,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { accepted, inputError } from "./input-error.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";

export function entryAnswer(catalogue: Catalogue, label: string): Answer {
  const device = accepted(findDevice(catalogue, label), label);
  const file = catalogue.accelerators.find(({ id }) => id === device.id);
  if (file === undefined) throw inputError(label, "a device of the catalogue", device.id);
  const systems = systemsOf(catalogue, device.id);
  const offers = offersFor(catalogue, device.id);
  return {
    json: { device, file, systems, offers, sources: sourcesOf(catalogue, file) },
    text: (shell) => {
      const { architecture, launched, status } = device;
      const facts = [device.vendor, architecture, status, launched].filter(
        (fact) => fact !== undefined,
      );
      const related = `${systems.length} systems and ${offers.length} prices: tenlane catalogue --list prices --device ${device.id}`;
      return [
        `${paint(shell, "bold", device.name)}  ${facts.join(", ")}`,
        "",
        laidOut(figureTable(catalogue, file), shell),
        ...device.assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
        related,
        "",
      ].join("\n");
    },
  };
}

function figureTable(catalogue: Catalogue, { figures }: DeviceFile): Table {
  return {
    columns: [
      { title: "figure", align: "left" },
      { title: "as printed", align: "right" },
      { title: "source", align: "left", flexible: true },
      { title: "at", align: "left", flexible: true },
    ],
    rows: Object.keys(figures).flatMap((key) =>
      figuresAt(figures, key).map((figure) => [key, ...figureCells(catalogue, figure)]),
    ),
  };
}

function figureCells(catalogue: Catalogue, figure: Figure): readonly string[] {
  if ("derived" in figure) return ["", `= ${figure.derived}`, figure.note ?? ""];
  const source = catalogue.sources[figure.source];
  return [figure.value, `${source?.publisher ?? ""}, ${source?.title ?? figure.source}`, figure.at];
}

function sourcesOf(catalogue: Catalogue, { figures }: DeviceFile): Catalogue["sources"] {
  const used = new Set(
    Object.keys(figures).flatMap((key) =>
      figuresAt(figures, key).flatMap((figure) => ("source" in figure ? [figure.source] : [])),
    ),
  );
  return Object.fromEntries(Object.entries(catalogue.sources).filter(([id]) => used.has(id)));
}
