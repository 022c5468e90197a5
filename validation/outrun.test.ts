import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../core/index.ts";
import { ROW } from "./fixtures/row.ts";
import { outrun as outrunOn } from "./outrun.ts";
import type { Row } from "./row.ts";

const SMALL = { peak: { bf16: 1e15 }, memory: { capacity: 80e9, bandwidth: 3e12 } } as Device;
const LARGE = { peak: { bf16: 2e15 }, memory: { capacity: 180e9, bandwidth: 8e12 } } as Device;

function outrun(rows: readonly Row[]): ReadonlySet<string> {
  return outrunOn(rows, ({ hardware }) => (hardware === "large" ? LARGE : SMALL));
}

/** `users` of a task of 400 prompt tokens and `output`, at so many tokens a second. */
function run(users: number, rate: number, output = 400, task = "lm-arena-chat"): Row {
  const notes = `task ${task}; max_num_seqs ${users} (average running batch ${users}), steady state`;
  const source_location = `${users} ${output} ${task}`;
  const batch_or_concurrency = String(users);
  const of = { ...ROW, notes, source_location, batch_or_concurrency, output_tokens: output };
  return {
    ...of,
    id: `mle3-${users}${output}`,
    metric: "output_tokens_per_s",
    unit: "tokens/s",
    value: rate,
  };
}

test("outrun() finds a run of fewer users and as short texts that takes a quarter longer a token, with its other rows", () => {
  const slow = run(8, 200);
  const energy = { ...slow, id: "mle3-1", metric: "energy_j_per_output_token", unit: "J/token" };
  assert.deepEqual([...outrun([slow, energy, run(16, 501)])], [slow.id, "mle3-1"]);
  assert.equal(outrun([slow, energy, run(16, 499)]).size, 0);
});

test("outrun() does not compare a run with one of shorter texts, or on other devices", () => {
  const slow = run(8, 200);
  assert.equal(outrun([slow, run(9, 800, 50)]).size, 0);
  assert.equal(outrun([slow, { ...run(16, 800), accelerators: 2 }]).size, 0);
});

test("outrun() finds more users that get fewer tokens, unless the cache was full", () => {
  const crowded = run(16, 100);
  assert.deepEqual([...outrun([run(8, 200), crowded])], [crowded.id]);
  const notes = crowded.notes.replace("batch 16", "batch 12");
  assert.equal(outrun([run(8, 200), { ...crowded, notes }]).size, 0);
});

test("outrun() finds a run on a device with more of everything that takes a quarter longer for the same", () => {
  const large = { ...run(8, 200), hardware: "large" };
  const small = { ...run(8, 251), id: "mle3-small", hardware: "small" };
  assert.deepEqual([...outrun([large, small])], [large.id]);
  assert.equal(outrun([large, { ...small, value: 249 }]).size, 0);
  assert.equal(
    outrun([
      { ...large, hardware: "small" },
      { ...small, hardware: "large" },
    ]).size,
    0,
  );
  assert.equal(outrun([large, { ...small, notes: run(8, 1, 400, "gpqa").notes }]).size, 0);
  assert.equal(outrun([large, { ...small, output_tokens: 100 }]).size, 0);
});

test("outrun() counts the devices of a run together: two that have less than one, three that have more", () => {
  const large = { ...run(8, 200), hardware: "large" };
  const several = (accelerators: number) => ({
    ...run(8, 400),
    id: "mle3-small",
    hardware: "small",
    accelerators,
  });
  assert.equal(outrun([{ ...large, accelerators: 1 }, several(1)]).size, 1);
  assert.equal(outrun([{ ...large, accelerators: 1 }, several(2)]).size, 0);
  assert.equal(outrun([{ ...large, accelerators: 2 }, several(1)]).size, 0);
});
