/** Models that were read from the user's files, as long as the page is open. An address cannot hold them. */
import type { Model } from "../core/index.ts";
import type { ModelChoice, OwnModel } from "./worker/models.ts";

const PREFIX = "own:";

const models = new Map<string, OwnModel>();
let count = 0;

/** Keeps a model; what is returned stands for it in an address. */
export function keepModel(name: string, model: Model): string {
  count += 1;
  models.set(PREFIX + name, { own: count, model });
  return PREFIX + name;
}

/** What a view asks about: a model that was kept, or else the name itself. */
export function modelChoice(name: string): ModelChoice {
  return models.get(name) ?? name;
}

/** Whether it is a network, which takes whole batches and has no tokens. */
export function isNetwork(name: string): boolean {
  return models.get(name)?.model.kind === "network";
}

/** The argument of a command: the file, for a model that was read from one. */
export function modelArgument(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}
