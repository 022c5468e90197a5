import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { capacitySchema } from "./schemas/capacity.ts";

const MODEL = ["capacity", "llama-3.1-8b", "--device", "h100-sxm", "--requests", "400"];
const LIMITS = ["--input", "500", "--output", "50", "--ttft", "200ms", "--tpot", "20ms"];

async function answered(...args: readonly string[]) {
  const { status, out, err } = await ran([...MODEL, ...args, "--json"]);
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  capacitySchema.parse(answer);
  return answer;
}

test("tenlane capacity --json gives the largest rate, between its ends, and fits its schema", async () => {
  const { rate, replicas, trials } = await answered(...LIMITS);
  assert.equal(replicas.p50, 1);
  assert.ok(rate.p10 <= rate.p50 && rate.p50 <= rate.p90);
  assert.ok(trials.length <= 28);
});

test("tenlane capacity of twice the rate that one replica sustains needs more than one", async () => {
  const { rate } = await answered(...LIMITS);
  const { replicas, devices } = await answered(...LIMITS, "--rate", `${2 * rate.p50}/s`);
  assert.ok(replicas.p50 >= 2 && replicas.p50 <= 4);
  assert.equal(devices.p50, replicas.p50);
});

test("tenlane capacity answers no where the limits are out of reach", async () => {
  const { rate, metrics } = await answered("--tpot", "1us");
  assert.equal(rate, null);
  assert.equal(metrics, null);
  assert.match((await ran([...MODEL, "--tpot", "1us"])).out, /not feasible/u);
});
