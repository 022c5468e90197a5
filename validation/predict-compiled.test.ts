import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import { predictCompiled } from "./predict-compiled.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "optneuron-1",
  model: "meta-llama/Llama-3.1-8B-Instruct",
  phase: "single_batch_latency",
  hardware: "AWS Inferentia2 (inf2.48xlarge)",
  accelerators: 12,
  tp: 8,
  engine: "optimum-neuron vLLM",
  batch_or_concurrency: "1 (synchronous)",
  input_tokens: 1500,
  output_tokens: 250,
  metric: "itl_mean",
  unit: "ms",
  notes: "max seq 4096; TP counts NeuronCores",
};
const USERS = "up to 32 concurrent users (throughput); engine batch 32";
const world = shippedWorld();

function middle(changes: Partial<Row>): number {
  const answer = predictCompiled({ ...ROW, ...changes }, world);
  assert.ok("interval" in answer, JSON.stringify(answer));
  return answer.interval.p50;
}

test("predictCompiled() pads a prompt to the longest sequence: its length changes nothing", () => {
  const ttft = { metric: "ttft_mean" };
  assert.ok(Math.abs(middle({ ...ttft, input_tokens: 100 }) / middle(ttft) - 1) < 1e-9);
  const longer = { ...ttft, notes: "max seq 8192; TP counts NeuronCores" };
  assert.ok(middle(longer) > 1.8 * middle(ttft));
});

test("predictCompiled() leaves masked scores out of prompts that have a kernel for it, from 4,096 tokens on", () => {
  const of = (longest: number) =>
    middle({ metric: "ttft_mean", notes: `max seq ${longest}; TP counts NeuronCores` });
  assert.ok(of(4096) < 0.7 * of(4095));
});

test("predictCompiled() of 32 users: each token waits for its share of the others' prompts", () => {
  const shared = middle({ batch_or_concurrency: USERS });
  const prompts = (31 * middle({ metric: "ttft_mean" })) / 250;
  assert.ok(Math.abs(shared - middle({}) - prompts) < 0.05 * shared);
});

test("predictCompiled() adds what a host takes to copy and read the scores of all slots", () => {
  const { notes } = ROW;
  const sampled = middle({ notes: `${notes}; file std-cpu-sampling.csv` }) - middle({});
  assert.ok(Math.abs(sampled - 32 * 128_256 * (4 / 3.15e9 + 5 / 3e9)) < 1e-9);
});

test("predict() answers such servers by their graphs, and first tokens of many users by a run", () => {
  assert.deepEqual(predict(ROW, world), predictCompiled(ROW, world));
  const queued = { ...ROW, metric: "ttft_mean", batch_or_concurrency: USERS };
  const answer = predictCompiled({ ...queued, phase: "online_serving" }, world);
  assert.ok("interval" in answer && answer.spread !== "prompt");
});
