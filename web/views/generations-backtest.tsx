/** How forecasts of each generation would have done: from the committed report, loaded when it is shown. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Table } from "../../core/index.ts";
import type { Family } from "../../validation/family.ts";
import { useWords } from "../parts/context.ts";
import { DataTable } from "../parts/table.tsx";

export function Backtest(): JSX.Element | null {
  const all = useWords();
  const words = all.generations.backtest;
  const [table, setTable] = useState<Table | null>(null);
  useEffect(() => {
    const leaving = new AbortController();
    fetch(new URL("data/backtest.json", document.baseURI), { signal: leaving.signal })
      .then(async (response) => setTable((await response.json()) as Table | null))
      .catch(() => undefined);
    return () => leaving.abort();
  }, []);
  if (table === null) return null;
  const number = (title: string) => ({ title, isNumber: true });
  return (
    <>
      <h2>{words.heading}</h2>
      <p class="hint">{words.about}</p>
      <DataTable
        label={words.heading}
        columns={[
          { title: words.forecast },
          { title: all.truth.family },
          number(all.truth.rows),
          number(all.truth.median),
          number(all.truth.p90),
          number(words.bias),
        ]}
        rows={table.rows.map(([forecast = "", family = "", ...cells]) => ({
          id: `${forecast} ${family}`,
          cells: [
            words.forecastOf(forecast.split(" from ")[0] ?? forecast),
            all.truth.families[family as Family] ?? family,
            ...cells,
          ],
        }))}
      />
    </>
  );
}
