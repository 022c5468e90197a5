/** Prices of a feed as a file of the catalogue's own shape, so that `--catalogue` takes it. */
import type { Catalogue } from "../../core/index.ts";
import type { FeedPrice } from "./feed.ts";

type PriceFile = Catalogue["prices"][number];
type PriceRow = PriceFile["instances"][number]["prices"][number];

/** What a feed is called in the catalogue. */
export interface FeedSource {
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  readonly url: string;
  readonly class: Catalogue["sources"][string]["class"];
}

/** `known` with the prices that were read; rows that the feed lacks keep their price and date. */
export function snapshot(
  known: PriceFile,
  read: readonly FeedPrice[],
  { date, source }: { readonly date: string; readonly source: FeedSource },
): Partial<Catalogue> {
  const { id, ...described } = source;
  const instances = known.instances.flatMap((instance) => {
    const own = read.filter((price) => price.instance === instance.name);
    const fresh = [...new Set(own.map(({ region }) => region))].map((region) =>
      rowOf(region, own, date),
    );
    if (fresh.length === 0) return [instance];
    const renewed = new Set(fresh.map(({ region }) => region));
    const kept = instance.prices.filter(({ region }) => !renewed.has(region));
    const now = { ...instance, source: id, at: instance.name, prices: fresh };
    return kept.length === 0 ? [now] : [now, { ...instance, prices: kept }];
  });
  return {
    sources: { [id]: { ...described, read: date } },
    prices: [{ provider: known.provider, instances }],
  };
}

function rowOf(region: string, prices: readonly FeedPrice[], date: string): PriceRow {
  const here = prices.filter((price) => price.region === region);
  const of = (way: FeedPrice["way"]): Partial<PriceRow> => {
    const all = here.filter((price) => price.way === way).map(({ hourly }) => hourly);
    return all.length === 0 ? {} : { [way]: `${Math.min(...all)} USD/h` };
  };
  return { region, date, ...of("demand"), ...of("spot"), ...of("reserved") };
}
