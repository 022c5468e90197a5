import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, SHIPPED, type Query } from "../core/estimate/index.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";
import { tunedQuery } from "./tuned-split.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "mlpi-1",
  model: "DeepSeek-R1",
  phase: "offline_throughput",
  hardware: "NVIDIA B200 SXM 180GB",
  accelerators: 8,
  engine: "TensorRT",
  batch_or_concurrency: "",
  precision_weights: "fp8",
};

function rate(query: Query): number {
  const answer = estimate(query, SHIPPED);
  return answer.kind === "infeasible" ? 0 : answer.requestRate.p50;
}

function layout(changes: Partial<Row>) {
  const asked = tunedQuery({ ...ROW, ...changes }, shippedWorld(), rate);
  assert.ok(typeof asked !== "string", String(asked));
  const { tensor, data, expert } = asked.query.placement.parallel;
  return { tensor, data, expert };
}

test("tunedQuery() gives each rank attention of its own where all share experts and latent caches, as submitters do", () => {
  assert.deepEqual(layout({}), { tensor: 1, data: 8, expert: 8 });
});

test("tunedQuery() takes the faster by the rate that it is handed", () => {
  const asked = tunedQuery(ROW, shippedWorld(), ({ placement }) => placement.parallel.tensor);
  assert.ok(typeof asked !== "string" && asked.query.placement.parallel.tensor === 8);
});

test("tunedQuery() leaves what a row states, other collections and dense models as they are", () => {
  assert.equal(layout({ tp: 8 }).tensor, 8);
  assert.equal(layout({ id: "misc-1", input_tokens: 800, output_tokens: 800 }).tensor, 8);
  assert.equal(layout({ model: "Llama-3.1-405B-Instruct" }).data, 1);
});
