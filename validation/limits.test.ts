import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, SHIPPED } from "../core/estimate/index.ts";
import { answerLimit, atLimit, meanLimits, percentileOverMean, tailAtLimit } from "./limits.ts";
import { decoded } from "./fixtures/decoded.ts";
import type { Row } from "./row.ts";
import { servingQuery } from "./serving-query.ts";
import { shippedWorld } from "./world.ts";

function server(changes: Partial<Row> = {}): Row {
  const cells = {
    id: "mlpi-1",
    model: "Llama-2-70B-chat",
    task: "inference",
    phase: "online_serving",
    hardware: "NVIDIA H100 SXM 80GB",
    accelerators: "8",
    engine: "TensorRT",
    precision_weights: "fp8",
    metric: "tpot_ms",
    unit: "ms",
    value: "150",
    notes: "mean at scheduled load 75 samples/s; v4.1 Server",
  };
  return { ...decoded(cells), ...changes };
}

test("meanLimits() is MLPerf's 200 ms of a server and 40 ms of an interactive run, as a mean", () => {
  assert.equal(meanLimits(server())?.token, 0.2 / 1.15);
  assert.equal(meanLimits(server({ notes: "v5.1 Interactive" }))?.token, 0.04 / 1.15);
});

test("meanLimits() knows Llama 3.1 by MLPerf's own names, as its lengths do", () => {
  assert.equal(meanLimits(server({ model: "MLPerf llama3_1-8b-datacenter" }))?.token, 0.1 / 1.15);
  assert.equal(meanLimits(server({ model: "MLPerf llama3_1-405b" }))?.token, 0.175 / 1.15);
});

test("meanLimits() of an offline run, of a model without one or of another benchmark is null", () => {
  assert.equal(meanLimits(server({ phase: "offline_throughput" })), null);
  assert.equal(meanLimits(server({ model: "Llama-2-7B" })), null);
  assert.equal(meanLimits(server({ id: "aice-1" })), null);
  assert.equal(meanLimits(server({ id: "mle3-1", model: "meta-llama/Llama-3.1-405B" })), null);
});

test("meanLimits() of GPT-J is 20 s an answer of 128 tokens, a third of that on processors that answer whole batches", () => {
  const searched = server({ model: "MLPerf gptj-99", hardware: "NVIDIA H100 SXM 80GB" });
  assert.equal(meanLimits(searched)?.token, 20 / (1.15 * 128));
  assert.equal(meanLimits({ ...searched, hardware: "CPU: 2x Xeon" })?.token, 20 / 3 / (1.15 * 128));
});

test("atLimit() puts as many under way as keep the mean time a token within the limit", () => {
  const asked = servingQuery(server(), shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const times = [0.03, 0.1].map((limit) => {
    const limits = { token: limit, first: Infinity };
    const answer = estimate(atLimit(asked.query, limits, SHIPPED), SHIPPED);
    assert.ok(answer.kind === "estimate");
    assert.ok(answer.tpot.p50 <= limit && answer.tpot.p50 > 0.9 * limit, `${answer.tpot.p50}`);
    return answer.batch;
  });
  assert.ok((times[0] ?? 0) < (times[1] ?? 0));
});

test("atLimit() keeps the mean time to the first token within its limit too: fewer under way where that is the tighter", () => {
  const asked = servingQuery(server(), shippedWorld(), "continuous");
  assert.ok(typeof asked !== "string");
  const [slow, quick] = [Infinity, 0.2].map((first) => {
    const limits = { token: 0.17, first };
    const answer = estimate(atLimit(asked.query, limits, SHIPPED), SHIPPED);
    assert.ok(answer.kind === "estimate" && answer.ttft.p50 <= first);
    return answer.batch;
  });
  assert.ok((quick ?? 0) < (slow ?? 0));
});

test("meanLimits() of first tokens are half of the 99th percentile, 6 s of a server of Llama 3.1 405B and 4.5 s of an interactive one", () => {
  const model = "Llama-3.1-405B-Instruct";
  assert.equal(meanLimits(server({ model }))?.first, 3);
  assert.equal(meanLimits(server({ model, notes: "v5.1 Interactive" }))?.first, 2.25);
});

test("percentileOverMean() knows times a token and first tokens", () => {
  assert.equal(percentileOverMean("tpot"), 1.15);
  assert.equal(percentileOverMean("ttft"), 2);
  assert.equal(percentileOverMean("latency"), null);
});

test("answerLimit() is the bound that a server's row prints, and none of an offline run", () => {
  const notes = "scenario Server; target latency 15 ms";
  assert.equal(answerLimit(server({ notes })), 0.015);
  assert.equal(answerLimit(server({ notes, phase: "offline_throughput" })), null);
  assert.equal(answerLimit(server()), null);
});

test("tailAtLimit() is the bound, down to 0.65 of it, or what one answer takes where that is longer", () => {
  const alone = { p10: 0.001, p50: 0.002, p90: 0.003, basis: "calibrated" } as const;
  const { p10, p50, p90 } = tailAtLimit(alone, 0.015);
  assert.deepEqual([p10, p50, p90], [0.65 * 0.015, 0.015, 0.015]);
  const slow = { p10: 0.016, p50: 0.02, p90: 0.03, basis: "calibrated" } as const;
  assert.deepEqual(tailAtLimit(slow, 0.015), slow);
});
