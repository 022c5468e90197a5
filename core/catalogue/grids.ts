/** Places: carbon intensity, PUE, electricity price. */
import { once } from "../once.ts";
import { ok, refuse, type Result } from "../result.ts";
import { figureNumber } from "./_number.ts";
import type { Grid } from "./device.ts";
import { figuresAt } from "./figures.ts";
import type { Catalogue, Figures, PlaceFile } from "./files.ts";

/** The place taken where the user names none: the world's average electricity. */
export const GRID_DEFAULT = "world";

/** Every place of a catalogue. */
export const grids: (catalogue: Catalogue) => readonly Grid[] = once((catalogue) =>
  catalogue.grids.flatMap(({ provider, places }) =>
    places.map((place) => gridFrom(provider, place)),
  ),
);

/** The place with this id ("gcp/europe-north1", "country/FRA", "world"). Errors: no such place. */
export function findGrid(catalogue: Catalogue, id: string): Result<Grid> {
  const wanted = id.toLowerCase();
  const grid = grids(catalogue).find((each) => each.id.toLowerCase() === wanted);
  if (grid !== undefined) return ok(grid);
  const near = grids(catalogue)
    .filter((each) => each.id.toLowerCase().includes(wanted))
    .map((each) => each.id);
  const advice = near.length === 0 ? "" : `; did you mean ${near.slice(0, 5).join(", ")}?`;
  return refuse(["grid"], `the id of a place, like "gcp/europe-north1" or "world"${advice}`, id);
}

function gridFrom(provider: string, { id, name, figures }: PlaceFile): Grid {
  const fields = {
    gramsPerKwh: figureNumber(figures, "carbon/average"),
    marginalGramsPerKwh: figureNumber(figures, "carbon/marginal"),
    pue: figureNumber(figures, "pue"),
    dollarsPerKwh: figureNumber(figures, "electricity/price"),
  };
  const said = Object.entries(fields).filter(([, figure]) => figure !== undefined);
  return { id, name, provider, ...Object.fromEntries(said), source: sourcesOf(figures) };
}

function sourcesOf(figures: Figures): string {
  const used = Object.keys(figures).flatMap((key) =>
    figuresAt(figures, key).flatMap((figure) => ("source" in figure ? [figure.source] : [])),
  );
  return [...new Set(used)].join(", ");
}
