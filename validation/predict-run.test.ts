import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const BURST: Row = {
  ...BARE,
  id: "amd-1",
  date: "2025",
  model: "Llama-3.1-8B-Instruct",
  hardware: "NVIDIA H100 SXM 80GB",
  precision_weights: "bf16",
  engine: "vLLM",
  metric: "output_token_throughput",
  unit: "tokens/s",
  notes: "all prompts sent at once (batch = successful requests)",
  accelerators: 1,
  tp: 1,
  input_tokens: 80,
  output_tokens: 60,
};

const world = shippedWorld();

function rate(row: Partial<Row>) {
  const { interval, spread } = predict({ ...BURST, ...row }, world) as {
    readonly interval: { readonly p50: number };
    readonly spread?: string;
  };
  return { rate: interval.p50, spread };
}

test("predictRun() of requests sent at once gives what they make until the last answer ends", () => {
  const even = rate({});
  const natural = rate({ notes: `${BURST.notes}; output lengths natural` });
  assert.equal(even.spread, "run");
  assert.ok(natural.rate < 0.75 * even.rate, `${natural.rate} of ${even.rate}`);
});

test("predictRun() of requests sent at once counts prompts, answers or both as the row does", () => {
  const all = rate({ metric: "total_token_throughput" }).rate;
  const answers = rate({}).rate;
  const requests = rate({ metric: "request_throughput", unit: "req/s" }).rate;
  assert.ok(Math.abs(all / answers - 140 / 60) < 1e-9, `${all / answers}`);
  assert.ok(Math.abs(answers / requests - 60) < 1e-9, `${answers / requests}`);
});

test("predictRun() of requests sent at once takes times a token from their own run, means and tails alike", () => {
  const token = (metric: string) => rate({ metric, unit: "ms" });
  const mean = token("tpot_mean");
  assert.equal(mean.spread, "run");
  assert.ok(mean.rate <= token("tpot_p99").rate, `${mean.rate}`);
});
