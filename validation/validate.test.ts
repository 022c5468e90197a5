import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ROW } from "./fixtures/row.ts";
import type { Row } from "./row.ts";
import { shippedTruth } from "./truth.ts";
import { OUR_FAILURE, unansweredReasons, validate, validationJson } from "./validate.ts";
import { shippedWorld } from "./world.ts";

const WORLD = shippedWorld();
const SERVED: Row = {
  ...ROW,
  hardware: "NVIDIA H100 SXM 80GB",
  model: "meta-llama/Llama-3.1-8B",
  input_tokens: 1024,
  output_tokens: 128,
};

const reasonOf = (row: Row) => validate([row], WORLD)[0]?.unanswered;

test("validate() says which device or model the catalogue lacks, and counts rows that lack one together", () => {
  const unknown = (hardware: string) => ({ ...SERVED, hardware });
  assert.equal(reasonOf(unknown("Abacus 9")), 'device not in the catalogue: "Abacus 9"');
  const trained = { ...SERVED, task: "training", phase: "training_step", metric: "step_time" };
  for (const row of [SERVED, { ...SERVED, phase: "prefill" }, trained]) {
    assert.equal(
      reasonOf({ ...row, model: "Nobody-7T" }),
      'model not in the catalogue: "Nobody-7T"',
    );
  }
  const checked = validate([unknown("Abacus 9"), unknown('Abacus "10"')], WORLD);
  assert.deepEqual(unansweredReasons(checked), [["device not in the catalogue", 2]]);
});

test("validate() knows a row by the device that its prediction is of: the engine laid out on a card, the whole of a part", () => {
  const device = (hardware: string, notes = "") =>
    validate([{ ...SERVED, hardware, notes }], WORLD)[0]?.device;
  const card = "AMD/Xilinx Alveo U50";
  assert.equal(device(card, "DPU: 6 DPUCAHX8H kernels running at 300Mhz"), "alveo-u50");
  assert.equal(device(card, "DPU: 1 DPUCAHX8L kernel running at 333Mhz"), "alveo-u50-latency");
  assert.equal(device("NVIDIA A100 SXM 80GB MIG 1x1g.10gb"), device("NVIDIA A100 SXM 80GB"));
  assert.equal(device("Abacus 9"), "Abacus 9");
});

test("validate() says what a placement lacks, and counts what lacks the same together", () => {
  const large = { ...SERVED, model: "meta-llama/Llama-3.1-70B", tp: 1, accelerators: 1 };
  assert.match(reasonOf(large) ?? "", /^infeasible: memory \(.+\)$/s);
  const larger = { ...large, model: "meta-llama/Llama-3.1-405B" };
  assert.deepEqual(unansweredReasons(validate([large, larger], WORLD)), [
    ["infeasible: memory", 2],
  ]);
});

test("validate() does not answer a row with a count that no system has", () => {
  assert.equal(reasonOf(SERVED), null);
  const reason = reasonOf({ ...SERVED, unread: 'tp "abc"' });
  assert.equal(reason, 'condition not understood: tp "abc"');
});

test("validate() gives no figure for what did not happen: bytes that a product sends to others", () => {
  const model = "matmul 4096x4096x4096";
  const product: Row = { ...ROW, phase: "op_kernel", model, hardware: SERVED.hardware };
  const asked = { ...product, precision_weights: "bf16", precision_activations: "bf16" };
  assert.equal(reasonOf({ ...asked, metric: "tflops", unit: "TFLOP/s" }), null);
  const sent = reasonOf({ ...asked, metric: "bus_bandwidth_gb_per_s", unit: "GB/s" });
  assert.equal(sent, "metric not predicted: what ran has none of it");
});

test("validate() goes on behind a row that it fails at, and says that the failure is its own", () => {
  const world = {
    ...WORLD,
    system: (device: Parameters<typeof WORLD.system>[0]) => {
      assert.notEqual(device.id, "a100-sxm4-80", "no such system");
      return WORLD.system(device);
    },
  };
  const checked = validate([{ ...SERVED, hardware: "a100-sxm4-80" }, SERVED], world);
  assert.match(checked[0]?.unanswered ?? "", /^failure of tenlane \(.*no such system/s);
  assert.ok(checked[1]?.interval);
});

test("validate() fails at no row of the figures that are carried along, whatever cells of other rows stand in it", () => {
  const rows = shippedTruth();
  const cells = [
    ...(["hardware", "model", "engine", "engine_version", "precision_weights", "notes"] as const),
    ...(["batch_or_concurrency", "phase", "metric", "date", "tp", "dp", "accelerators"] as const),
    ...(["input_tokens", "output_tokens"] as const),
  ];
  const change = fc.tuple(fc.constantFrom(...cells), fc.constantFrom(...rows));
  const mixed = fc.tuple(fc.constantFrom(...rows), fc.array(change, { maxLength: 3 }));
  const made = fc.sample(mixed, { numRuns: 150, seed: 1 }).map(([row, changes], index) => {
    const taken = changes.map(([cell, other]) => [cell, other[cell]] as const);
    return { ...row, ...Object.fromEntries(taken), id: `${row.id}-${index}` } as Row;
  });
  const json = validationJson(validate(made, WORLD));
  const failed = json.rows.filter(({ unanswered }) => unanswered?.startsWith(OUR_FAILURE));
  assert.deepEqual(failed, []);
  for (const { id, p10, p50, p90 } of json.rows) {
    if (p10 === null || p50 === null || p90 === null) continue;
    assert.ok(p10 > 0 && p10 <= p50 && p50 <= p90 && p90 < Infinity, id);
  }
});
