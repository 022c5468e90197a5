/** One question to the whole core, asked in Node and in a browser. */
import {
  catalogue,
  decodeEngine,
  decodeHfConfig,
  expand,
  plan,
  sitesOf,
  type Model,
} from "../core/index.ts";
import config from "../cli/fixtures/qwen3-32b.json" with { type: "json" };

/** The operators of a prefill and the plans of a small choice of devices, as JSON. */
export function answer(): string {
  const read = decodeHfConfig(config, "qwen3-32b");
  if (!read.ok) return JSON.stringify(read.error);
  const model = read.value;
  const step = { segments: [{ sequences: 1, query: 512, prefix: 0 }] };
  return JSON.stringify({ operators: expand({ model, step }), answer: planOf(model) });
}

function planOf(model: Model): unknown {
  const engines = catalogue.engines.flatMap((file) => {
    const engine = decodeEngine(file);
    return engine.ok ? [engine.value] : [];
  });
  const vendors = ["AMD"];
  return plan({
    model,
    workload: {
      name: "chat",
      input: { mean: 1024, variation: 0.7 },
      output: { mean: 256, variation: 0.8 },
      cached: 0.3,
    },
    demand: { kind: "rate", rate: 4 },
    limits: { tpot: 0.05 },
    sites: sitesOf(catalogue, engines, { vendors }),
    numerics: [model.numerics],
    objective: "cost",
    percentile: 0.9,
    confidence: 0.5,
  });
}
