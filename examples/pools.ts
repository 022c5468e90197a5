/** Long prompts at little time a token: prompts and decodes together, and on devices of their own. */
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  findModel,
  placementText,
  plan,
  sitesOf,
  type ModelEntry,
} from "../core/index.ts";

const found = findModel(catalogue.models as readonly ModelEntry[], "Llama-3.3-70B");
if (!found.ok) throw new Error(found.error.expected);
const model = decodeModelEntry(found.value.entry);
if (!model.ok) throw new Error(model.error.expected);
const engines = catalogue.engines.flatMap((file) => {
  const engine = decodeEngine(file);
  return engine.ok && engine.value.id === "vllm" ? [engine.value] : [];
});

for (const disaggregated of [false, true]) {
  const { plans } = plan({
    model: model.value,
    workload: {
      name: "retrieval",
      input: { mean: 6000, variation: 0.5 },
      output: { mean: 400, variation: 0.5 },
      cached: 0.3,
    },
    demand: { kind: "rate", rate: 20 },
    limits: { ttft: 1.5, tpot: 0.025 },
    sites: sitesOf(catalogue, engines, { devices: ["h100-sxm"] }),
    numerics: [model.value.numerics],
    objective: "cost",
    disaggregated,
    percentile: 0.9,
    confidence: 0.5,
  });
  for (const { placement, estimate } of plans) {
    const dollars = estimate.costPerHour?.p50.toPrecision(4) ?? "unknown";
    console.log(`${placementText(placement)} H100: ${dollars} USD an hour`);
  }
}
