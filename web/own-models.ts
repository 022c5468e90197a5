/** Models that were read from the user's files or brought by an address, as long as the page is open. */
import type { Model } from "../core/index.ts";
import type { ModelChoice, OwnModel } from "./worker/models.ts";

const PREFIX = "own:";

/** Letters of a model in an address: past every model of the catalogue, within what browsers and servers of mail keep whole. */
export const LINK_MAX = 16_000;

const models = new Map<string, OwnModel & { readonly link: string }>();
let count = 0;

/** Keeps a model, `link` being it as text of an address; what is returned stands for it in an address. */
export function keepModel(name: string, model: Model, link: string): string {
  const own = isOwn(name) ? name : PREFIX + name;
  count += 1;
  models.set(own, { own: count, model, link });
  return own;
}

/** What an address says of a model beside its name; null of one of the catalogue, and of one too large. */
export function modelLink(name: string): string | null {
  const link = models.get(name)?.link ?? null;
  return link !== null && link.length <= LINK_MAX ? link : null;
}

const cut = new Set<string>();

/** From now on `name` is known as that of a model which an address brings, and which cannot be read. */
export function loseModel(name: string): void {
  cut.add(name);
}

/** How a link reproduces a model of the user; null of one of the catalogue. */
export function linkState(name: string): "linked" | "large" | "lost" | "cut" | null {
  if (!isOwn(name)) return null;
  if (!models.has(name)) return cut.has(name) ? "cut" : "lost";
  return modelLink(name) === null ? "large" : "linked";
}

export function isOwn(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** What a view asks about: a model that was kept, or else the name itself. */
export function modelChoice(name: string): ModelChoice {
  return models.get(name) ?? name;
}

const networks = new Set<string>();

/** From now on `name` is known as that of a network of the catalogue. */
export function knowNetwork(name: string): void {
  networks.add(name);
}

/** Whether it is a network, which takes whole batches and has no tokens. */
export function isNetwork(name: string): boolean {
  return networks.has(name) || models.get(name)?.model.kind === "network";
}

/** The argument of a command: the file, for a model that was read from one. */
export function modelArgument(name: string): string {
  return isOwn(name) ? name.slice(PREFIX.length) : name;
}
