/** What the catalogue offers to choose from. */
import { devices, NUMERICS_NAMES, offers, type Claim, type ModelEntry } from "../../core/index.ts";
import { READY_WORKLOADS } from "../../examples/workloads/index.ts";
import { currentCatalogue } from "./current-catalogue.ts";
import { engines } from "./engines.ts";
import type { Parts } from "./messages.ts";
import { isNetworkEntry } from "./models.ts";

/** Without what bears on it, which the page does not start with. */
export type ListedClaim = Pick<Claim, "id" | "statement" | "verdict">;

export interface ListsAnswer {
  readonly models: readonly {
    readonly id: string;
    readonly name: string;
    readonly isNetwork: boolean;
  }[];
  readonly vendors: readonly string[];
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly providers: readonly string[];
  readonly claims: readonly ListedClaim[];
  readonly workloads: readonly string[];
  readonly engines: readonly string[];
  readonly regions: readonly string[];
  readonly formats: readonly string[];
}

export async function* listsAnswer(): Parts<ListsAnswer> {
  const models = currentCatalogue().models as readonly ModelEntry[];
  yield {
    models: models.map((entry) => ({
      id: entry.id,
      name: entry.name,
      isNetwork: isNetworkEntry(entry),
    })),
    vendors: [...new Set(devices(currentCatalogue()).map(({ vendor }) => vendor))].toSorted(),
    devices: devices(currentCatalogue()).map(({ id, name }) => ({ id, name })),
    providers: [...new Set(currentCatalogue().prices.map(({ provider }) => provider))].toSorted(),
    claims: currentCatalogue().claims as readonly ListedClaim[],
    workloads: [...READY_WORKLOADS.keys()],
    engines: engines().map(({ id }) => id),
    regions: [
      ...new Set(
        offers(currentCatalogue()).flatMap(({ region }) => (region === undefined ? [] : [region])),
      ),
    ].toSorted(),
    formats: NUMERICS_NAMES,
  };
}
