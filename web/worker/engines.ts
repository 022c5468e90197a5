/** Engines of the catalogue: those that serve, batching continuously, and what runs whole batches. */
import { catalogue, decodeEngine, enginesOn, type Device, type Engine } from "../../core/index.ts";
import { accepted } from "./refusal.ts";

let read: readonly Engine[] | null = null;

/** Those that batch continuously and can be had. */
export function engines(): readonly Engine[] {
  return all().filter(({ scheduler, paper }) => scheduler !== "static" && paper !== true);
}

function all(): readonly Engine[] {
  read ??= catalogue.engines.map((file) => accepted(decodeEngine(file)));
  return read;
}

/** What runs whole batches, as networks are. */
export function batchEngines(): readonly Engine[] {
  return all().filter(({ id }) => id === "static");
}

/** Of the serving ones, those that run on `device`, with their defaults there. */
export function enginesFor(device: Device): readonly Engine[] {
  return enginesOn(engines(), device);
}

/** Serving engines of `names`, or all where it is empty; and, for a machine of the user's own, one batch after another. */
export function enginesNamed(names: readonly string[], isOwn = false): readonly Engine[] {
  const named = engines().filter(({ id }) => names.length === 0 || names.includes(id));
  return isOwn ? [...named, ...batchEngines()] : named;
}
