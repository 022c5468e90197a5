/** Serving engines that batch continuously. */
import { catalogue, decodeEngine, enginesOn, type Device, type Engine } from "../../core/index.ts";
import { accepted } from "./refusal.ts";

let read: readonly Engine[] | null = null;

export function engines(): readonly Engine[] {
  read ??= catalogue.engines
    .map((file) => accepted(decodeEngine(file)))
    .filter(({ scheduler }) => scheduler !== "static");
  return read;
}

/** Those that run on `device`, with their defaults there. */
export function enginesFor(device: Device): readonly Engine[] {
  return enginesOn(engines(), device);
}

/** Those of `names`, or all where it is empty. */
export function enginesNamed(names: readonly string[]): readonly Engine[] {
  return engines().filter(({ id }) => names.length === 0 || names.includes(id));
}
