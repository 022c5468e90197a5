import assert from "node:assert/strict";
import { test } from "node:test";
import { planAnswer, type PlanQuestion, type PlanView } from "./plan-verb.ts";

const QUESTION: PlanQuestion = {
  model: "llama-3.1-8b",
  workload: "chat",
  demand: { kind: "rate", rate: 1 },
  limits: {},
  choice: { devices: ["v100-sxm2-32"] },
  engines: [],
  objective: "cost",
  percentile: 0.9,
  confidence: 0.5,
};

test("planAnswer() on a named device without BF16 is in FP16, as the command line plans there", async () => {
  let view: PlanView | undefined;
  for await (const part of planAnswer(QUESTION)) view = part;
  assert.equal(view?.plans[0]?.format, "fp16");
});
