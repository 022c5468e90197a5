/**
 * Prices of virtual machines from the Retail Prices API, page by page, without a key.
 *
 * Source: Microsoft Learn, "Azure Retail Prices overview": Items, NextPageLink, a hundred items a page; prices of
 * reservations are of the whole term
 */
import * as z from "zod";
import { decode } from "../../core/decode.ts";
import { accepted } from "../input-error.ts";
import { FeedError, fetchedJson, type FeedPrice, type FeedReader, type Wanted } from "./feed.ts";

export const AZURE_FEED = "https://prices.azure.com";

const HOURS_A_YEAR = 8760;
/** Pages of one instance: some regions, ways and systems each. */
const PAGES_MAX = 50;

const page = z.looseObject({
  Items: z.array(
    z.looseObject({
      currencyCode: z.string(),
      retailPrice: z.number(),
      armRegionName: z.string(),
      armSkuName: z.string(),
      skuName: z.string(),
      productName: z.string(),
      unitOfMeasure: z.string(),
      type: z.string(),
      reservationTerm: z.string().optional(),
    }),
  ),
  NextPageLink: z.string().nullish(),
});

type Item = z.infer<typeof page>["Items"][number];

export const azurePrices: FeedReader = async function* azurePrices(base, wanted) {
  for (const instance of wanted.instances) {
    const filter = `serviceName eq 'Virtual Machines' and armSkuName eq '${instance}'`;
    let url = `${base}/api/retail/prices?$filter=${encodeURIComponent(filter)}`;
    for (let count = 0; url !== ""; count += 1) {
      if (count === PAGES_MAX) throw new FeedError(`more than ${PAGES_MAX} pages of ${instance}`);
      const { Items, NextPageLink } = accepted(decode(page, await fetchedJson(url)), url);
      for (const item of Items) {
        const price = priceOf(item, wanted);
        if (price !== null) yield price;
      }
      url = nextOf(NextPageLink ?? "", base);
    }
  }
};

/** The next page, on the host that was asked: an answer sends nobody elsewhere. */
function nextOf(link: string, base: string): string {
  if (link === "") return "";
  const { pathname, search } = new URL(link, base);
  return `${base}${pathname}${search}`;
}

function priceOf(item: Item, { instances, regions }: Wanted): FeedPrice | null {
  const { armSkuName: instance, armRegionName: region, skuName, productName, retailPrice } = item;
  const isWanted = instances.has(instance) && regions.includes(region);
  if (!isWanted || item.currencyCode !== "USD" || !(retailPrice > 0)) return null;
  if (/windows/iu.test(productName) || /low priority/iu.test(skuName)) return null;
  if (item.type === "Reservation") {
    if (item.reservationTerm !== "1 Year") return null;
    return { instance, region, way: "reserved", hourly: retailPrice / HOURS_A_YEAR };
  }
  if (item.type !== "Consumption" || item.unitOfMeasure !== "1 Hour") return null;
  return { instance, region, way: /spot/iu.test(skuName) ? "spot" : "demand", hourly: retailPrice };
}
