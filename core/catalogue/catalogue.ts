/** The catalogue that ships with tenlane, and catalogues that users extend. */
import { assert } from "../assert.ts";
import { once } from "../once.ts";
import { ok, type Result } from "../result.ts";
import bundle from "./bundle.json" with { type: "json" };
import { deviceFrom } from "./_device.ts";
import { decodeCatalogue } from "./decode.ts";
import type { Device } from "./device.ts";
import type { Catalogue, DeviceFile } from "./files.ts";

/**
 * The shipped catalogue. It is one generated file, so that opening it costs one read and one parse
 * (notes/010-one-bundle.md); its figures turn into SI when they are first asked for.
 */
export const catalogue: Catalogue = bundle;

/** The device of one file of a catalogue; the same value each time. */
export const deviceOf: (file: DeviceFile) => Device = once((file) => {
  const device = deviceFrom(file);
  // Catalogues are decoded when they enter, so a figure that does not parse here is our mistake.
  assert(device.ok, `device "${file.id}" does not convert: ${JSON.stringify(device)}`);
  return device.value;
});

/** Every device of a catalogue in SI units, ordered by id. */
export const devices: (from: Catalogue) => readonly Device[] = once(({ accelerators }) =>
  accelerators.map(deviceOf),
);

/**
 * `base` with a user's own devices, systems, prices, grids and sources added. Entries with an id
 * (or provider) that `base` has replace it.
 *
 * `user` has the shape of {@link Catalogue}; parts that are left out stay as they are.
 * Errors: where in `user`, what was expected, what stood there.
 */
export function extendCatalogue(base: Catalogue, user: unknown): Result<Catalogue> {
  const added = decodeCatalogue(user, base.sources);
  if (!added.ok) return added;
  const { value } = added;
  return ok({
    sources: { ...base.sources, ...value.sources },
    accelerators: merged(base.accelerators, value.accelerators, (device) => device.id),
    systems: merged(base.systems, value.systems, (system) => system.id),
    prices: merged(base.prices, value.prices, (price) => price.provider),
    grids: merged(base.grids, value.grids, (grid) => grid.provider),
    power: merged(base.power, value.power, (power) => power.publisher),
    models: [...base.models, ...value.models],
    engines: [...base.engines, ...value.engines],
    claims: [...base.claims, ...value.claims],
  });
}

function merged<T>(
  base: readonly T[],
  added: readonly T[],
  key: (entry: T) => string,
): readonly T[] {
  const replaced = new Set(added.map(key));
  return [...base.filter((entry) => !replaced.has(key(entry))), ...added];
}
