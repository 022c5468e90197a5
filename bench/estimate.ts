/**
 * Time of one estimate after warm-up, of one more load on a prepared placement, and of a gridded step.
 *
 *     npx node bench/estimate.ts
 */
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  estimate,
  estimateLoad,
  findDevice,
  findModel,
  gridded,
  type Load,
  type ModelEntry,
  prepare,
  type Query,
  type Result,
  systemFor,
} from "../core/index.ts";

const CALLS = 300;
const BAR_MILLISECONDS = 1;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../catalogue/${path}`, import.meta.url), "utf8"));
}

function question(): Query {
  const entries = catalogue.models as readonly ModelEntry[];
  const model = value(decodeModelEntry(value(findModel(entries, "Llama-3.1-70B")).entry));
  const device = value(findDevice(catalogue, "h100-sxm"));
  const parallel = { tensor: 4, pipeline: 1, data: 1, expert: 1 };
  const engine = value(decodeEngine(json("engines/vllm.json")));
  return {
    model,
    system: systemFor(catalogue, device),
    placement: { parallel, replicas: 1, numerics: model.numerics, engine },
    load: load(1),
  };
}

function load(concurrency: number): Load {
  const lengths = { input: { mean: 1024, variation: 0.3 }, output: { mean: 512, variation: 0.3 } };
  return { ...lengths, cached: 0, concurrency };
}

function milliseconds(run: (call: number) => void): number {
  for (let call = 0; call < CALLS; call++) run(call);
  const start = performance.now();
  for (let call = 0; call < CALLS; call++) run(call);
  return (performance.now() - start) / CALLS;
}

const query = question();
const prepared = prepare(query);
if ("reason" in prepared) throw new Error(prepared.message);
const grid = gridded(prepared.cost);
const whole = milliseconds((call) => estimate({ ...query, load: load(1 + call) }));
const another = milliseconds((call) => estimateLoad(prepared, load(1.5 + call)));
const step = milliseconds((call) =>
  grid.time({ segments: [{ sequences: 1 + (call % 200), query: 1, prefix: 700 + call }] }),
);
console.log(`estimate      ${whole.toFixed(3)} ms (bar ${BAR_MILLISECONDS} ms)`);
console.log(`estimateLoad  ${another.toFixed(3)} ms`);
console.log(`gridded step  ${(1e6 * step).toFixed(0)} ns`);
process.exitCode = whole <= BAR_MILLISECONDS ? 0 : 1;
