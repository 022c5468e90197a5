/** Serving engines of the catalogue, as options name them. */
import { decodeEngine, type Catalogue, type Engine } from "../core/index.ts";
import { accepted, inputError } from "./input-error.ts";

/** Engines of a catalogue that batch continuously, or those named. Errors: no such engine. */
export function enginesFrom(catalogue: Catalogue, names?: readonly string[]): readonly Engine[] {
  const all = catalogue.engines.map((file) => accepted(decodeEngine(file), "engines"));
  if (names === undefined) return all.filter(({ scheduler }) => scheduler !== "static");
  return names.map((name) => {
    const engine = all.find(({ id }) => id === name.toLowerCase());
    if (engine !== undefined) return engine;
    throw inputError("--engine", `one of ${all.map(({ id }) => id).join(", ")}`, name);
  });
}
