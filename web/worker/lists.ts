/** What the catalogue offers to choose from. */
import { catalogue, devices, type ModelEntry } from "../../core/index.ts";
import { READY_WORKLOADS } from "../../examples/workloads/index.ts";
import type { Parts } from "./messages.ts";

export interface ListsAnswer {
  readonly models: readonly { readonly id: string; readonly name: string }[];
  readonly vendors: readonly string[];
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly providers: readonly string[];
  readonly workloads: readonly string[];
}

export async function* listsAnswer(): Parts<ListsAnswer> {
  const models = (catalogue.models as readonly ModelEntry[]).filter(
    ({ config }) => config !== undefined,
  );
  yield {
    models: models.map(({ id, name }) => ({ id, name })),
    vendors: [...new Set(devices(catalogue).map(({ vendor }) => vendor))].toSorted(),
    devices: devices(catalogue).map(({ id, name }) => ({ id, name })),
    providers: [...new Set(catalogue.prices.map(({ provider }) => provider))].toSorted(),
    workloads: [...READY_WORKLOADS.keys()],
  };
}
