/**
 * How planning time grows with the candidates: the same question over the catalogue, and over it several times.
 *
 *     npx node bench/plan.ts
 */
import { performance } from "node:perf_hooks";
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  decodeWorkload,
  type Engine,
  findModel,
  type ModelEntry,
  numerics,
  plan,
  type PlanRequest,
  quantityText,
  type Result,
  type Site,
  sitesOf,
} from "../core/index.ts";
import chat from "../examples/workloads/chat.json" with { type: "json" };
import { where, writeSection } from "./_results.ts";

const RUNS = 5;
/** Times that the catalogue stands in the question: shares of it have other mixes of devices, and other times. */
const COPIES = [1, 2, 4, 8];

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const engines: readonly Engine[] = catalogue.engines
  .map((file) => value(decodeEngine(file)))
  .filter(({ scheduler }) => scheduler !== "static");
const entries = catalogue.models as readonly ModelEntry[];
const model = value(decodeModelEntry(value(findModel(entries, "Llama-3.1-70B")).entry));
const all = sitesOf(catalogue, engines);

function request(sites: readonly Site[]): PlanRequest {
  return {
    model,
    workload: value(decodeWorkload(chat)),
    demand: { kind: "rate", rate: 4 },
    limits: { ttft: 1, tpot: 0.05 },
    sites,
    numerics: [model.numerics, value(numerics("fp8"))],
    objective: "cost",
    percentile: 0.9,
    confidence: 0.5,
  };
}

plan(request(all));
const rows = COPIES.map((copies) => {
  const asked = request(Array.from({ length: copies }, () => all).flat());
  let tried = 0;
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    ({ tried } = plan(asked));
    return (performance.now() - start) / 1000;
  }).toSorted((a, b) => a - b);
  return { sites: asked.sites.length, tried, time: times[Math.floor(RUNS / 2)] ?? NaN };
});

const [first] = rows;
writeSection("plan", [
  "## Planning time against candidates",
  "",
  `${where()}, 70B, median of ${RUNS} runs after one to warm up (\`npx node bench/plan.ts\`). Linear growth keeps the last column flat.`,
  "",
  "| sites | candidates | time | time a candidate | against the first row |",
  "| --: | --: | --: | --: | --: |",
  ...rows.map(({ sites, tried, time }) => {
    const each = time / tried;
    const ratio = each / ((first?.time ?? 1) / (first?.tried ?? 1));
    return `| ${sites} | ${tried} | ${quantityText(time, "time")} | ${quantityText(each, "time")} | ${ratio.toFixed(2)} × |`;
  }),
]);
