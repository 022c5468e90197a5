/** What of the catalogue the page starts with. */
import { decodeModelEntry, isDecoder, plainName } from "../core/model/index.ts";
import type { Catalogue, Claim, ModelEntry } from "../core/index.ts";
import type { ListedClaim } from "../web/worker/lists.ts";

/**
 * `whole` without what no first plan needs: figures of networks and encoders but the size of their pictures, which names are
 * read by; of names that mean the same all but one, as they are compared; titles and addresses of sources; sources, places and notes of machines' figures; where engines' defaults
 * were read; published sizes of models and where their figures were read; what bears on a claim; measured powers.
 * The page's worker takes these from `data/catalogue.json`.
 */
export function lightCatalogue(whole: Catalogue): Catalogue {
  const light = {
    ...whole,
    sources: Object.fromEntries(Object.keys(whole.sources).map((id) => [id, {}])),
    accelerators: unsourced(whole.accelerators),
    systems: unsourced(whole.systems),
    power: [],
    engines: (whole.engines as readonly object[]).map((engine) => ({ ...engine, sources: {} })),
    claims: (whole.claims as readonly Claim[]).map(listedClaim),
    models: (whole.models as readonly ModelEntry[])
      .toSorted((a, b) => (kindOf(a) < kindOf(b) ? -1 : 1))
      .map(lightModel),
  };
  const unseen = (key: string, value: unknown): unknown =>
    key === "at" || key === "note" ? undefined : value;
  return JSON.parse(JSON.stringify(light, unseen)) as Catalogue;
}

/** Figures of machines without the names of their sources, which a first plan does not say. */
function unsourced<T>(machines: T): T {
  const bare = (_: string, value: unknown): unknown =>
    typeof value === "object" && value !== null && "value" in value
      ? { ...value, source: "" }
      : value;
  return JSON.parse(JSON.stringify(machines, bare)) as T;
}

/** What entries that are written alike share: side by side they pack into 2.5 KB less. */
function kindOf({ id, network, config }: ModelEntry): string {
  return `${network?.family} ${String(config?.["model_type"])} ${id}`;
}

function lightModel(model: ModelEntry): Partial<ModelEntry> {
  const { published: _, network, ...rest } = model;
  const { id, name } = rest;
  const known = new Set([id, name].map(plainName));
  const aliases = [...new Set(rest.aliases.map(plainName))].filter((each) => !known.has(each));
  if (network === undefined) {
    return { ...rest, aliases, source: "", ...(writes(model) ? {} : { config: sizeOf(model) }) };
  }
  const { family, image } = network;
  return { id, name, aliases, network: image === undefined ? { family } : { family, image } };
}

/** Whether it writes tokens, as what a first plan asks for does. */
function writes(model: ModelEntry): boolean {
  const read = decodeModelEntry(model);
  return read.ok && isDecoder(read.value);
}

function sizeOf({ config = {} }: ModelEntry): Readonly<Record<string, unknown>> {
  const { image_size: size } = config;
  return size === undefined ? {} : { image_size: size };
}

function listedClaim({ id, statement, verdict }: Claim): ListedClaim {
  return { id, statement, verdict };
}
