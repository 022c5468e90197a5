import assert from "node:assert/strict";
import { test } from "node:test";
import type { Device } from "../catalogue/index.ts";
import type { Operator } from "../operators/index.ts";
import { leastSquares } from "./_least-squares.ts";
import { solve } from "./_solve.ts";
import { fitLaw, fitLaws, leaveOneDeviceOut, logResiduals, quantileOf, sampleOf } from "./index.ts";
import type { Sample } from "./index.ts";

function device(id: string, bandwidth: number): Device {
  return {
    id,
    name: id,
    vendor: "Test",
    kind: "gpu",
    status: "shipping",
    peak: { bf16: 1e15 },
    memory: { bandwidth },
    units: 100,
    clock: 2e9,
    assumptions: [],
  };
}

function pass(bytes: number): Operator {
  return {
    name: "pass",
    group: "norm",
    count: 1,
    work: { kind: "elementwise", elements: bytes / 2 },
    flops: 0,
    read: bytes / 2,
    written: bytes / 2,
  };
}

/** A device that starts a kernel in 6000 cycles and reaches `reach` of its bandwidth. */
function passes(id: string, bandwidth: number, reach: number): readonly Sample[] {
  const on = device(id, bandwidth);
  return Array.from({ length: 40 }, (_, index) => {
    const bytes = 1e4 * 1.4 ** index;
    const time = 6000 / 2e9 + bytes / (bandwidth * reach);
    const host = { peers: [], launch: 1 };
    return sampleOf({ device: on, operator: pass(bytes), graphs: true, time, host, older: false });
  });
}

const three = [...passes("a", 1e12, 0.7), ...passes("b", 2e12, 0.7), ...passes("c", 4e12, 0.7)];

test("solve() of a positive definite system leaves no residual", () => {
  const a = [Float64Array.of(4, 1), Float64Array.of(1, 3)];
  const x = solve(a, Float64Array.of(1, 2), 0);
  assert.ok(Math.abs((x[0] as number) - 1 / 11) < 1e-12);
  assert.ok(Math.abs((x[1] as number) - 7 / 11) < 1e-12);
});

test("leastSquares() finds a shared slope and each group's offset despite an outlier", () => {
  const xs = [0, 1, 2, 3, 4, 5, 6, 7];
  const group = (offset: number, outlier: number) => ({
    own: [0],
    residuals: (shared: readonly number[], own: readonly number[]) =>
      Float64Array.from(xs, (x) => {
        const truth = 0.5 * x + offset + (x === 3 ? outlier : 0);
        return (shared[0] as number) * x + (own[0] as number) - truth;
      }),
  });
  const { shared, own } = leastSquares({
    shared: [0],
    groups: [group(1, 0), group(2, 20)],
    sharedWeights: [0],
    ownWeights: [0],
    iterations: 50,
  });
  assert.ok(Math.abs((shared[0] as number) - 0.5) < 0.02);
  assert.ok(Math.abs((own[1]?.[0] ?? 0) - 2) < 0.1);
});

test("fitLaw() recovers the overhead and the reach that timings were made with", () => {
  const { devices } = fitLaw("elementwise", new Map([["a", passes("a", 1e12, 0.7)]]));
  const reach = devices["a"];
  assert.ok(reach !== undefined);
  assert.ok(Math.abs(reach.overhead / 6000 - 1) < 0.02, `${reach.overhead}`);
  assert.ok(Math.abs(reach.memory / 0.7 - 1) < 0.02, `${reach.memory}`);
});

test("leaveOneDeviceOut() predicts a device like the others as well as they fit", () => {
  for (const { residuals } of leaveOneDeviceOut("elementwise", three)) {
    assert.ok(quantileOf([...residuals].map(Math.abs), 0.9) < 0.03);
  }
});

test("leaveOneDeviceOut() of one device is empty: there is nothing to predict it from", () => {
  assert.deepEqual(leaveOneDeviceOut("elementwise", passes("a", 1e12, 0.7)), []);
});

test("fitLaws() keeps the figures of each device and a wider spread for others", () => {
  const odd = passes("d", 3e12, 0.4);
  const heard: number[][] = [];
  const { anchors, laws } = fitLaws([...three, ...odd], (...at) => heard.push(at));
  assert.deepEqual(heard, [[0, 1]]);
  assert.deepEqual(Object.keys(anchors), ["a", "b", "c", "d"]);
  const [law] = laws;
  assert.equal(laws.length, 1);
  assert.equal(law?.law, "elementwise");
  assert.ok(law !== undefined && law.spread.transferred.long > law.spread.calibrated.long);
});

test("logResiduals() is zero for a timing the law gives exactly", () => {
  const reach = { overhead: 6000, compute: 1, memory: 0.7 };
  for (const residual of logResiduals("elementwise", passes("a", 1e12, 0.7), { ridge: 1 }, reach)) {
    assert.ok(Math.abs(residual) < 1e-9);
  }
});
