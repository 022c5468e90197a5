/** Prices and their ages, for programs and for people. */
import { offers, type Catalogue, type Table } from "../core/index.ts";
import { ageDays } from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import type { FeedPrice } from "./prices/feed.ts";
import { agedText } from "./today-option.ts";

/** How old the prices of the catalogue are, by provider and way. */
export function pricesAnswer(catalogue: Catalogue, today: string): Answer {
  const groups = new Map<
    string,
    { readonly provider: string; readonly way: string; dates: string[] }
  >();
  for (const { provider, kind, date = "" } of offers(catalogue)) {
    const key = `${provider} ${kind}`;
    const group = groups.get(key) ?? { provider, way: kind, dates: [] };
    group.dates.push(date);
    groups.set(key, group);
  }
  const rows = [...groups.values()].map(({ provider, way, dates }) => {
    const sorted = dates.toSorted();
    const [oldest = ""] = sorted;
    const newest = sorted.at(-1) ?? "";
    return {
      provider,
      way,
      count: dates.length,
      oldest,
      newest,
      age: ageDays(newest === "" ? undefined : newest, today),
    };
  });
  const table: Table = {
    columns: [
      { title: "provider", align: "left" },
      { title: "way", align: "left" },
      { title: "prices", align: "right" },
      { title: "newest", align: "left", flexible: true },
    ],
    rows: rows.map(({ provider, way, count, newest, age }) => [
      provider,
      way,
      String(count),
      agedText(newest === "" ? undefined : newest, age),
    ]),
  };
  return { json: { today, prices: rows }, text: (shell) => laidOut(table, shell) };
}

interface Refreshed {
  readonly provider: string;
  readonly path: string;
  readonly prices: readonly FeedPrice[];
  readonly known: Catalogue["prices"][number];
  readonly today: string;
}

export function refreshedAnswer({ provider, path, prices, known, today }: Refreshed): Answer {
  const found = new Set(prices.map(({ instance }) => instance));
  const missing = known.instances.map(({ name }) => name).filter((name) => !found.has(name));
  const json = {
    provider,
    path,
    date: today,
    count: prices.length,
    missing: [...new Set(missing)],
  };
  return {
    json,
    text: () =>
      [
        `${json.count} prices of ${found.size} instances of ${provider}, of ${today}, in ${path}`,
        ...(json.missing.length === 0
          ? []
          : [`not in the feed, old price kept: ${json.missing.join(", ")}`]),
        `use them with --catalogue ${path}`,
        "",
      ].join("\n"),
  };
}
