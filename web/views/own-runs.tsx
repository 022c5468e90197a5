/** What the measured machine runs, for one person who asks: models of growing size, in the format that answers soonest. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { readValues, writeValues } from "../address.ts";
import { ask } from "../ask.ts";
import { linkMachine, OWN_MACHINE } from "../own-machine.ts";
import { useWords } from "../parts/context.ts";
import { intervalText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import type { PlanRow } from "../worker/plan-row.ts";
import { planFields, questionOf, type PlanState } from "./plan-fields.ts";

const MODELS = [
  "Qwen/Qwen3-0.6B",
  "Qwen/Qwen3-4B",
  "meta-llama/Llama-3.1-8B",
  "Qwen/Qwen3-14B",
  "openai/gpt-oss-20b",
  "Qwen/Qwen3-32B",
  "meta-llama/Llama-3.3-70B",
];

type Runs = Readonly<Record<string, PlanRow | null>>;

/** One user and no limit on time, which few desks would keep. */
function stateOf(model: string): PlanState {
  const usual = readValues(planFields, new URLSearchParams());
  return {
    ...usual,
    model,
    demand: "users",
    users: 1,
    ttft: null,
    tpot: null,
    objective: "latency",
    only: [OWN_MACHINE],
  };
}

function planAddress(model: string): string {
  const query = new URLSearchParams(writeValues(planFields, stateOf(model)));
  linkMachine(query);
  return `#plan?${query}`;
}

export function OwnRuns(): JSX.Element {
  const all = useWords();
  const words = all.road.runs;
  const [runs, setRuns] = useState<Runs>({});
  useEffect(() => {
    const taken = MODELS.map((model) => {
      const keep = (run: PlanRow | null): void =>
        setRuns((before) => ({ ...before, [model]: run }));
      return ask("plan", questionOf(stateOf(model)), {
        part: ({ plans }) => keep(plans[0] ?? null),
        refused: () => keep(null),
      });
    });
    return () => {
      for (const takeBack of taken) takeBack();
    };
  }, []);
  return (
    <div class="wide">
      <h2>{words.heading}</h2>
      <p class="hint">{words.about}</p>
      <DataTable
        label={words.heading}
        columns={[
          { title: words.model },
          { title: words.format },
          { title: words.speed, isNumber: true },
          { title: words.first, isNumber: true },
        ]}
        rows={MODELS.map((model) => ({
          id: model,
          cells: [
            <a key="model" href={planAddress(model)}>
              {model}
            </a>,
            ...cellsOf(runs[model], words),
          ],
        }))}
      />
    </div>
  );
}

function cellsOf(
  run: PlanRow | null | undefined,
  words: { readonly none: string; readonly working: string },
): readonly string[] {
  if (run === undefined) return [words.working, "", ""];
  if (run === null) return [words.none, "", ""];
  const { tpot, ttft } = run.figures;
  const speed = { p10: 1 / tpot.p90, p50: 1 / tpot.p50, p90: 1 / tpot.p10, basis: tpot.basis };
  return [run.format, intervalText(speed, "tokenRate"), intervalText(ttft, "time")];
}
