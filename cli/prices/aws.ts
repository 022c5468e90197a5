/**
 * Prices of EC2 from the bulk offer files: one CSV a region, of hundreds of megabytes, read line by line.
 *
 * Reserved is a standard year paid as it goes. Spot is not in these files.
 *
 * Source: AWS Billing, "Reading the service price list file": five lines of metadata, then the names of columns
 */
import { FeedError, fetched, type FeedPrice, type FeedReader, type Wanted } from "./feed.ts";

export const AWS_FEED = "https://pricing.us-east-1.amazonaws.com";

/** A line this long is no line of a price list. */
const LINE_MAX = 64 * 1024;

export const awsPrices: FeedReader = async function* awsPrices(base, wanted) {
  for (const region of wanted.regions) {
    const url = `${base}/offers/v1.0/aws/AmazonEC2/current/${region}/index.csv`;
    let columns: ReadonlyMap<string, number> | null = null;
    for await (const line of linesOf(fetched(url))) {
      const cells = csvCells(line);
      if (columns === null) {
        if (cells[0] === "SKU") columns = new Map(cells.map((name, index) => [name, index]));
        continue;
      }
      const price = priceOf(cells, columns, { region, wanted });
      if (price !== null) yield price;
    }
    if (columns === null) throw new FeedError(`${url} has no line of column names`);
  }
};

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const text = new TextDecoder();
  let rest = "";
  for await (const part of body) {
    const pieces = (rest + text.decode(part, { stream: true })).split("\n");
    rest = pieces.pop() ?? "";
    if (rest.length > LINE_MAX) throw new FeedError(`a line longer than ${LINE_MAX}`);
    yield* pieces;
  }
  if (rest !== "") yield rest;
}

/** Cells of a line in which each may be quoted, a quote within written twice. */
function csvCells(line: string): readonly string[] {
  return [...line.matchAll(/(?:^|,)(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^,\r]*))/gu)].map(
    ({ groups }) => groups?.["quoted"]?.replaceAll('""', '"') ?? groups?.["plain"] ?? "",
  );
}

/** Linux, no licence, shared hosts, in use: what an hour of the instance costs and nothing else. */
const PLAIN: Readonly<Record<string, string>> = {
  Tenancy: "Shared",
  "Operating System": "Linux",
  "Pre Installed S/W": "NA",
  CapacityStatus: "Used",
  Unit: "Hrs",
  Currency: "USD",
};

const STANDARD_YEAR: Readonly<Record<string, string>> = {
  LeaseContractLength: "1yr",
  PurchaseOption: "No Upfront",
  OfferingClass: "standard",
};

function priceOf(
  cells: readonly string[],
  columns: ReadonlyMap<string, number>,
  { region, wanted }: { readonly region: string; readonly wanted: Wanted },
): FeedPrice | null {
  const cell = (name: string): string => cells[columns.get(name) ?? -1] ?? "";
  const has = (all: Readonly<Record<string, string>>): boolean =>
    Object.entries(all).every(([name, value]) => cell(name) === value);
  const instance = cell("Instance Type");
  const hourly = Number(cell("PricePerUnit"));
  if (!wanted.instances.has(instance) || !has(PLAIN) || !(hourly > 0)) return null;
  const term = cell("TermType");
  if (term === "OnDemand") return { instance, region, way: "demand", hourly };
  if (term !== "Reserved" || !has(STANDARD_YEAR)) return null;
  return { instance, region, way: "reserved", hourly };
}
