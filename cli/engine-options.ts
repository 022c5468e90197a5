/** Serving engines of the catalogue, as options name them. */
import {
  decodeEngine,
  devices,
  type Catalogue,
  type Engine,
  type SiteChoice,
} from "../core/index.ts";
import { versioned } from "../core/estimate/index.ts";
import { accepted, inputError } from "./input-error.ts";

/**
 * Engines of a catalogue that batch continuously, or those named, in the newest version or in one that
 * follows an @. Errors: no such engine, no such version.
 */
export function enginesFrom(catalogue: Catalogue, names?: readonly string[]): readonly Engine[] {
  const all = catalogue.engines.map((file) => accepted(decodeEngine(file), "engines"));
  if (names === undefined) return all.filter(({ scheduler }) => scheduler !== "static");
  return names.map((name) => {
    const [id = "", version] = name.toLowerCase().split("@");
    const engine = all.find((each) => each.id === id);
    if (engine !== undefined) return version === undefined ? engine : inVersion(engine, version);
    throw inputError("--engine", `one of ${all.map(({ id }) => id).join(", ")}`, name);
  });
}

function inVersion(engine: Engine, version: string): Engine {
  const found = versioned(engine, version);
  if (found !== null) return found;
  const known = Object.keys(engine.releases ?? {});
  const expected = known.length === 0 ? "no version" : `a version from ${known[0]} on`;
  throw inputError("--engine", expected, `${engine.id}@${version}`);
}

/** Errors: one of the devices asked for that none of `engines` runs on, so that no plan could name it. */
export function checkRunning(
  catalogue: Catalogue,
  engines: readonly Engine[],
  { devices: asked = [] }: SiteChoice,
): void {
  const vendors = new Set(engines.flatMap((engine) => engine.vendors));
  const stray = devices(catalogue).find(
    ({ id, vendor }) => asked.includes(id) && !vendors.has(vendor),
  );
  if (stray === undefined) return;
  const expected = `a device that an engine runs on, of ${[...vendors].toSorted().join(", ")}, or one for which --engine names another; your own takes the vendor whose software it runs`;
  throw inputError("--device", expected, `${stray.id} of ${stray.vendor}`);
}
