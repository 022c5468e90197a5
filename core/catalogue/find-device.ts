/** Devices by what people call them. */
import { ok, refuse, type Result } from "../result.ts";
import { devices } from "./catalogue.ts";
import type { Device } from "./device.ts";
import type { Catalogue } from "./files.ts";
import { likeness, readings, spelling } from "./_names.ts";

const SUGGESTIONS = 3;

const indexes = new WeakMap<Catalogue, ReadonlyMap<string, number>>();

/**
 * The device that `label` names: an id, a name, an alias, or one of these with a host, an instance
 * or a clock around it ("AWS Inferentia2 (inf2.48xlarge)").
 *
 * Errors: no such device, with the names most like `label`. A slice of a device ("A100 MIG 1g.10gb")
 * is not the device.
 */
export function findDevice(catalogue: Catalogue, label: string): Result<Device> {
  const index = indexOf(catalogue);
  for (const reading of readings(label)) {
    const place = index.get(reading);
    const device = place === undefined ? undefined : devices(catalogue)[place];
    if (device !== undefined) return ok(device);
  }
  const names = suggestions(catalogue, label).map((name) => `"${name}"`);
  const advice = names.length === 0 ? "" : `; did you mean ${names.join(", ")}?`;
  return refuse(["device"], `a device of the catalogue${advice}`, label);
}

function indexOf(catalogue: Catalogue): ReadonlyMap<string, number> {
  const known = indexes.get(catalogue);
  if (known !== undefined) return known;
  const index = new Map<string, number>();
  catalogue.accelerators.forEach(({ id, name, aliases }, place) => {
    for (const label of [id, name, ...aliases]) index.set(spelling(label), place);
  });
  indexes.set(catalogue, index);
  return index;
}

function suggestions(catalogue: Catalogue, label: string): readonly string[] {
  const asked = spelling(label);
  const scored = catalogue.accelerators.map(({ id, name, aliases }) => {
    const labels = [id, name, ...aliases].map(spelling);
    return { name, score: Math.max(...labels.map((each) => likeness(asked, each))) };
  });
  return scored
    .filter(({ score }) => score > 0.3)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}
