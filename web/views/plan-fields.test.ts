import assert from "node:assert/strict";
import { test } from "node:test";
import { readValues } from "../address.ts";
import { limitOn, planFields } from "./plan-fields.ts";

test("limitOn() is what the address asks of a figure, of tokens or of a network, and null of the rest", () => {
  const query = new URLSearchParams("latency=2&power=900&budget=30&tpot=");
  const state = readValues(planFields, query);
  assert.equal(limitOn(state, "latency"), 2);
  assert.equal(limitOn(state, "power"), 900);
  assert.equal(limitOn(state, "costPerHour"), 30);
  assert.equal(limitOn(state, "ttft"), 0.5);
  assert.equal(limitOn(state, "tpot"), null);
  assert.equal(limitOn(state, "energyPerItem"), null);
});
