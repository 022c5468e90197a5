/** Prices and their ages, for programs and for people. */
import { offers, type Catalogue, type Table } from "../core/index.ts";
import { ageDays } from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
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

export interface Refreshed {
  readonly path: string;
  readonly date: string;
  readonly feeds: readonly {
    readonly provider: string;
    readonly count: number;
    readonly instances: number;
    /** Instances that the feed does not have; they keep their price and its date. */
    readonly missing: readonly string[];
    /** Why nothing of the feed is in the file. */
    readonly failed: string | null;
  }[];
}

export function refreshedAnswer(refreshed: Refreshed): Answer {
  const { path, date, feeds } = refreshed;
  return {
    json: refreshed,
    text: () =>
      [
        ...feeds.map(({ provider, count, instances, failed }) =>
          failed === null
            ? `${provider}: ${count} prices of ${instances} instances, of ${date}`
            : `${provider}: nothing; ${failed}`,
        ),
        ...feeds
          .filter(({ missing, failed }) => failed === null && missing.length > 0)
          .map(({ provider, missing }) => `${provider}: old price kept: ${missing.join(", ")}`),
        `written: ${path}; use it with --catalogue ${path}`,
        "",
      ].join("\n"),
  };
}
