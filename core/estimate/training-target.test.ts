import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { SHIPPED } from "./coefficients.ts";
import { model } from "./fixtures/round.ts";
import { target } from "./laws/index.ts";
import { surroundings } from "./surroundings.ts";
import { sustained } from "./training-target.ts";
import type { TrainingQuery } from "./training-types.ts";

function reachOf(name: string): number {
  const found = findDevice(catalogue, name);
  assert.ok(found.ok);
  const system = systemFor(catalogue, found.value);
  const ready = target(surroundings(system, { graphs: false }), SHIPPED.laws);
  assert.ok(!("kind" in ready));
  const query = { attention: "fused", model } as TrainingQuery;
  return sustained(ready, query).laws["matmul/bf16"].compute;
}

test("sustained() on a processor with tiles keeps what inference keeps of them, 0.58, and more on vector units", () => {
  assert.equal(reachOf("Xeon Platinum 8480+"), 0.58);
  assert.ok(reachOf("Xeon Platinum 8280") > 0.7);
});
