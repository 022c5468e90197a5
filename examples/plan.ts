/** The cheapest three ways to serve a model within limits. */
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  findModel,
  plan,
  sitesOf,
  type ModelEntry,
} from "../core/index.ts";

const found = findModel(catalogue.models as readonly ModelEntry[], "Qwen/Qwen3-32B");
if (!found.ok) throw new Error(found.error.expected);
const model = decodeModelEntry(found.value.entry);
if (!model.ok) throw new Error(model.error.expected);
const engines = catalogue.engines.flatMap((file) => {
  const engine = decodeEngine(file);
  return engine.ok && engine.value.scheduler !== "static" ? [engine.value] : [];
});

const { plans } = plan({
  model: model.value,
  workload: {
    name: "questions",
    input: { mean: 2000, variation: 0.5 },
    output: { mean: 300, variation: 0.5 },
    cached: 0,
  },
  demand: { kind: "rate", rate: 4 },
  limits: { ttft: 1, tpot: 0.04 },
  sites: sitesOf(catalogue, engines, { vendors: ["NVIDIA", "AMD"] }),
  numerics: [model.value.numerics],
  objective: "cost",
  percentile: 0.9,
  confidence: 0.5,
});

for (const { system, placement, estimate } of plans.slice(0, 3)) {
  const dollars = estimate.costPerHour?.p50.toPrecision(4) ?? "unknown";
  console.log(`${placement.replicas} replicas on ${system.device.name}: ${dollars} USD an hour`);
}
