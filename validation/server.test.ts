import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";
import { busyShare, servedShare } from "./server.ts";

const ROW: Row = {
  ...BARE,
  id: "mlperf-inf-1",
  hardware: "CPU: 2x Xeon",
  model: "MLPerf ssd-resnet34",
  phase: "online_serving",
  notes: "scenario Server; target latency 100 ms",
};

test("busyShare() leaves one sample of a hundred late: ρ·exp(-2(1 - ρ)(s - 1))", () => {
  for (const samples of [2, 5, 50]) {
    const busy = busyShare(samples);
    assert.ok(Math.abs(busy * Math.exp(-2 * (1 - busy) * (samples - 1)) - 0.01) < 1e-4);
  }
});

test("busyShare() is 0 where a sample alone is too late, and near 1 where time has no end", () => {
  assert.equal(busyShare(1), 0);
  assert.ok(busyShare(1e9) > 0.999);
});

test("servedShare() falls with the limit, printed or of the benchmark, and is 0.79 far from it", () => {
  const share = servedShare(ROW, 82);
  assert.ok(Math.abs(share - 0.79 * busyShare(8.2)) < 1e-9);
  assert.ok(share < 0.6);
  assert.equal(servedShare({ ...ROW, notes: "scenario Server" }, 82), share);
  const tight = servedShare({ ...ROW, notes: "scenario Server; target latency 30.5 ms" }, 82);
  assert.ok(Math.abs(tight - 0.79 * busyShare(0.0305 * 82)) < 1e-9, `${tight}`);
  assert.ok(Math.abs(servedShare(ROW, 1e9) - 0.79) < 1e-3);
});

test("servedShare() is 1 of other rows", () => {
  for (const changes of [{ phase: "offline_throughput" }, { hardware: "H100" }, { id: "inc-1" }]) {
    assert.equal(servedShare({ ...ROW, ...changes }, 82), 1);
  }
});
