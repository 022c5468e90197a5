/** What is asked of a runner, and what becomes of its answers; no model is run. */
import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ELEMENT, elementCount, type Runner, type Subject } from "../../core/optimise/index.ts";
import { measuredRun, measureMachine } from "./index.ts";

const timing = {
  median: 2e-3,
  p95: 3e-3,
  p99: 3e-3,
  least: 1e-3,
  cpu: 1.5e-3,
  runs: 9,
  bytesResident: 1e6,
};

function fake(asked: Subject[]): Runner {
  const done = <T>(value: T) => Promise.resolve({ kind: "done", value } as const);
  return {
    outputs: () => done([{ y: { type: ELEMENT.float, dims: [2, 3], bytes: new Uint8Array(24) } }]),
    compare: () => Promise.resolve({ kind: "failed", reason: "error", message: "not asked" }),
    throughput: (subject) => {
      asked.push(subject);
      return done({ itemsPerSecond: 500, timing });
    },
    profile: () =>
      done({
        total: 1e-3,
        operators: [
          { name: "a", operator: "Add", time: 1e-4, inputs: [[8]], outputs: [[8]] },
          { name: "b", operator: "If", time: 9e-4, inputs: [[]], outputs: [[8]] },
        ],
      }),
  };
}

test("measuredRun() takes processor time, operators but those around others, and bytes of results", async () => {
  const model = new Uint8Array(1);
  const run = await measuredRun(fake([]), { name: "m", model, feeds: [{}], threads: 1 });
  assert.ok(run.kind === "done");
  assert.equal(run.value.processorTime, 1.5e-3);
  assert.equal(run.value.resultBytes, 24);
  assert.deepEqual(
    run.value.kernels.map(({ operator }) => operator),
    ["Add"],
  );
});

test("measureMachine() runs each probe with all its inputs fed, on the threads asked for", async () => {
  const asked: Subject[] = [];
  const said: string[] = [];
  const runs = await measureMachine(fake(asked), 2, (text) => said.push(text));
  assert.ok(runs.kind === "done");
  assert.equal(runs.value.length, asked.length);
  assert.equal(said.length, asked.length);
  assert.ok(asked.length > 20, `${asked.length} probes`);
  for (const { session, feeds } of asked) {
    assert.equal(session.threads, 2);
    for (const { dims, bytes } of Object.values(feeds[0] ?? {}))
      assert.equal(bytes.length, 4 * elementCount(dims));
  }
});

test("measureMachine() ends with the first probe that fails", async () => {
  const failed = { kind: "failed", reason: "error", message: "no engine" } as const;
  const runner = { ...fake([]), throughput: () => Promise.resolve(failed) };
  assert.deepEqual(await measureMachine(runner, 1, () => {}), failed);
});
