/**
 * Prices of Compute Engine by machine type, on demand and spot, from the list that Karpenter's provider for GCP publishes
 * of Google's Cloud Billing catalogue: that catalogue itself answers only with a key.
 *
 * Source: cloudpilot-ai/karpenter-provider-gcp, pkg/providers/pricing: regions, ways, machine types, USD an hour
 */
import * as z from "zod";
import { decode } from "../../core/decode.ts";
import { accepted } from "../input-error.ts";
import { fetchedJson, type FeedPrice, type FeedReader } from "./feed.ts";

export const GCP_FEED = "https://raw.githubusercontent.com";

const LIST = "cloudpilot-ai/karpenter-provider-gcp/main/pkg/providers/pricing/initial-prices.json";

const hourly = z.record(z.string(), z.number());
const list = z.object({
  prices: z.record(z.string(), z.object({ on_demand: hourly, spot: hourly.optional() })),
});

export const gcpPrices: FeedReader = async function* gcpPrices(base, { instances, regions }) {
  const url = `${base}/${LIST}`;
  const { prices } = accepted(decode(list, await fetchedJson(url)), url);
  for (const region of regions) {
    const { on_demand: demand = {}, spot = {} } = prices[region] ?? {};
    for (const instance of instances) {
      yield* priced(demand[instance], { instance, region, way: "demand" });
      yield* priced(spot[instance], { instance, region, way: "spot" });
    }
  }
};

function priced(price: number | undefined, of: Omit<FeedPrice, "hourly">): readonly FeedPrice[] {
  return price === undefined || price <= 0 ? [] : [{ ...of, hourly: price }];
}
