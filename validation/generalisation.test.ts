import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseTraits, OWN } from "../core/calibrate/index.ts";
import { SHIPPED_CORRECTIONS } from "../core/estimate/index.ts";
import { backtests } from "./backtest.ts";
import { crossValidated, errorsByFamily } from "./generalisation.ts";
import {
  backtestTable,
  collectionTable,
  generalisationTable,
  shippedLeftOutTable,
} from "./left-out.ts";
import { uncorrectedResiduals, type CheckedResidual } from "./residuals.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";
import { worstReasons } from "./worst-reason.ts";

const ROW: Row = {
  ...BARE,
  phase: "single_batch_latency",
  precision_weights: "bf16",
  engine: "E",
  batch_or_concurrency: "1",
  metric: "latency_ms",
};

/** A batch on one of `devices` whose time is e^error of the estimate. */
function residual(index: number, device: string, error: number, trait: number): CheckedResidual {
  const interval = { p10: 0.5, p50: 1, p90: 2, basis: "calibrated" } as const;
  const row = { ...ROW, id: `own-${index}`, hardware: device };
  const traits = { slow: trait };
  return {
    checked: {
      row,
      family: "single-batch latency",
      device,
      measured: Math.exp(error),
      interval,
      spread: "batch",
      traits,
      closed: null,
      unanswered: null,
    },
    name: "batch",
    isScored: true,
    basis: "calibrated",
    traits,
    error,
    model: "M",
    source: "own",
    device,
    group: `${device} ${index % 4}`,
  };
}

/** Twelve devices; the slow half takes 1.6 times as long, as their trait says. */
const RESIDUALS = Array.from({ length: 240 }, (_, index) => {
  const device = index % 12;
  const trait = device % 2;
  return residual(index, `d${device}`, trait * Math.log(1.6), trait);
});

test("chooseTraits() takes the trait that carries over to devices left out", () => {
  assert.deepEqual(chooseTraits(RESIDUALS), { batch: ["slow"] });
});

test("chooseTraits() keeps the choice that ships before its equal, and gives it up for a better one", () => {
  const twins = RESIDUALS.map((each, index) => {
    const { slow = 0 } = each.traits;
    return { ...each, traits: { slow, twin: slow, odd: index % 7 } };
  });
  const anew = { batch: ["slow", "twin"] };
  assert.deepEqual(chooseTraits(twins), anew);
  assert.deepEqual(chooseTraits(twins, { batch: ["twin", "slow"] }), { batch: ["twin", "slow"] });
  assert.deepEqual(chooseTraits(twins, { batch: ["odd"] }), anew);
  const stale = { batch: ["gone", "twin", "slow"] };
  assert.deepEqual(chooseTraits(twins, stale), { batch: ["twin", "slow"] });
});

test("chooseTraits() keeps what ships where another is better of groups and worse of devices left out", () => {
  const levels = RESIDUALS.map((each, index) => {
    const device = index % 12;
    const common = Math.sin(7 * device);
    const error = device % 2 === 0 ? 0.4 : -0.4;
    return { ...each, error, traits: { common, beside: common + error } };
  });
  const shipped = { batch: ["beside", "common"] };
  assert.deepEqual(chooseTraits(levels, shipped), shipped);
});

test("chooseTraits() lets a device have a term in a load of its own, but in power, which simulations ask of a placement", () => {
  const loaded = RESIDUALS.map((each, index) => {
    const concurrency = (Math.floor(index / 12) % 5) - 2;
    const slope = (index % 12) / 12 - 0.5;
    const group = `${each.device} ${Math.floor(index / 12) % 10}`;
    return { ...each, group, error: slope * concurrency, traits: { concurrency } };
  });
  const ofPower = loaded.map((each) => ({ ...each, name: "power" as const }));
  assert.ok(chooseTraits(loaded).batch?.includes(`${OWN}concurrency`));
  assert.deepEqual(chooseTraits(ofPower).power ?? [], []);
});

test("chooseTraits() takes none that only tells devices apart", () => {
  const own = RESIDUALS.map((each, index) => {
    const error = ((index % 12) % 3) - 1;
    return { ...each, error: error / 2, traits: { [`on ${each.device}`]: 1 } };
  });
  assert.deepEqual(chooseTraits(own).batch ?? [], []);
});

test("crossValidated() predicts each device from the others, by what they share", () => {
  const left = crossValidated(RESIDUALS, { batch: ["slow"] }, "device");
  assert.equal(left.length, RESIDUALS.length);
  for (const { error } of left) assert.ok(Math.abs(error) < 0.1, String(error));
});

test("crossValidated() knows nothing of a device whose like was left out with it", () => {
  const only = RESIDUALS.map((each) => ({
    ...each,
    traits: { slow: each.device === "d1" ? 1 : 0 },
  }));
  const left = crossValidated(only, { batch: ["slow"] }, "device");
  const own = left.filter(({ device }) => device === "d1");
  for (const { error } of own) assert.ok(error > 0.2, String(error));
});

test("errorsByFamily() is the relative error in the row's own sense: 1.6 times as long is 37.5 % short", () => {
  const slow = RESIDUALS.filter(({ traits }) => traits["slow"] === 1);
  const errors = errorsByFamily(slow)["single-batch latency"];
  assert.equal(errors?.rows, 120);
  assert.equal(errors?.median, 0.375);
});

test("errorsByFamily() covers eight in ten of devices left out by what other strangers ask for, not by their own rows", () => {
  const errors = (size: number) =>
    RESIDUALS.map((each, index) => ({
      ...each,
      group: `g${index}`,
      traits: {},
      error: size * (index % 2 === 0 ? 1 : -1) * (0.5 + (Math.floor(index / 12) % 20) / 20),
    }));
  const { coverage } =
    errorsByFamily(errors(0.4), "device", errors(0.1))["single-batch latency"] ?? {};
  assert.ok(coverage !== undefined && coverage > 0.72 && coverage < 0.88, String(coverage));
});

test("generalisationTable() has a row a family and a column a way of leaving out", () => {
  const { columns, rows } = generalisationTable(RESIDUALS);
  assert.deepEqual(columns.map(({ title }) => title).slice(2), [
    "physics alone",
    "groups left out",
    "devices left out",
    "models left out",
    "sources left out",
  ]);
  assert.deepEqual(
    rows.map(([family]) => family),
    ["single-batch latency"],
  );
});

test("collectionTable() has a line for each collection of a family that has thirty rows, and none for fewer", () => {
  const few = RESIDUALS.slice(0, 29).map((each) => ({ ...each, source: "few", group: "few" }));
  const known = RESIDUALS.map((each) => ({ ...each, source: "many" }));
  const { rows } = collectionTable([...known, ...few]);
  assert.deepEqual(
    rows.map((cells) => cells.slice(0, 3)),
    [["single-batch latency", "many", String(RESIDUALS.length)]],
  );
});

test("shippedLeftOutTable() shows what was committed with the fit", () => {
  const families = shippedLeftOutTable().rows.map(([family]) => family);
  assert.ok(families.includes("serving TPOT"));
});

const BATCH: Row = {
  ...ROW,
  model: "ResNet-50 v1.5",
  batch_or_concurrency: "128",
  precision_weights: "fp16",
  engine: "PyTorch",
};

test("backtests() forecast each generation from devices launched before it, those that rows are of", () => {
  const labels = ["NVIDIA H100 SXM 80GB", "NVIDIA H200 SXM 141GB", "NVIDIA B200 SXM 180GB"];
  const found = backtests(labels.map((hardware) => ({ ...ROW, hardware })));
  assert.equal(found.length, labels.length);
  for (const { residuals } of found) assert.equal(residuals.length, 0);
  const [first] = found;
  const table = backtestTable([{ name: first?.name ?? "", residuals: RESIDUALS }]);
  assert.deepEqual(table.rows[0]?.slice(1, 3), ["single-batch latency", "240"]);
});

/** Latencies of `count` batches of ResNet-50 on a V100, and of one on an A100, in milliseconds. */
const batches = (count: number, v100: number): readonly Row[] => [
  ...Array.from({ length: count }, (_, index) => ({
    ...BATCH,
    id: `v-${index}`,
    source: `${index}`,
    hardware: "NVIDIA V100 SXM2 16GB",
    value: v100,
  })),
  { ...BATCH, id: "a-0", hardware: "NVIDIA A100 SXM 80GB", value: 12 },
];

test("backtests() forecast A100 by rows of earlier GPUs alone: peaks, and how far below them these stay", () => {
  const errors = [24, 32].map((v100) => {
    const [found] = backtests(batches(80, v100));
    assert.equal(found?.name, "A100 from V100 and before");
    const [only] = found?.residuals ?? [];
    assert.ok(only !== undefined && found?.residuals.length === 1);
    return only.error;
  });
  const [fast = 0, slow = 0] = errors;
  const told = (fast - slow) / Math.log(4 / 3);
  assert.ok(told > 0.5 && told < 1.05 && Math.abs(fast) < 0.3, `${errors}`);
});

test("backtests() forecast no family of A100 that earlier GPUs have fewer than ten rows of", () => {
  const counts = [9, 10].map((count) => backtests(batches(count, 24))[0]?.residuals.length);
  assert.deepEqual(counts, [0, 1]);
});

test("backtests() forecast A100 faster than by its kernel tables where ten rows are too few to correct its peaks", () => {
  const rows = batches(10, 24);
  const [forecast] = backtests(rows)[0]?.residuals ?? [];
  const timed = uncorrectedResiduals(rows).find(({ checked }) => checked.row.id === "a-0");
  assert.ok(forecast !== undefined && timed !== undefined);
  assert.ok(forecast.error > timed.error + 0.05, `${forecast.error} ${timed.error}`);
});

test("worstReasons() name repeats that differ and conditions that are left out", () => {
  const [one, other] = [residual(1, "d1", 0, 0), residual(2, "d1", 1, 0)].map((r) => r.checked);
  assert.ok(one !== undefined && other !== undefined);
  assert.match(worstReasons([one, other])(one), /figures of its conditions differ 2\.7 times/);
  assert.equal(worstReasons([one])(one), "unexplained");
  const scaled = { ...one.row, id: "amd-0001", model: "meta-llama/Llama-3.1-405B-FP8" };
  assert.match(worstReasons([one])({ ...one, row: scaled }), /scales by row/);
  const notes = "disaggregated: prefill 1 x (tp4 pp1 dp1 ep4), decode 2 x (tp8 pp1 dp1 ep8)";
  const apart = { ...one, row: { ...one.row, notes, metric: "ttft_ms" } };
  assert.match(worstReasons([apart])(apart), /sequences a decoding worker holds not stated/);
  const bare = { ...one, row: { ...one.row, precision_weights: "", batch_or_concurrency: "" } };
  assert.equal(worstReasons([bare])(bare), "format, load not stated");
});

test("corrections of power look at no load, terms of devices neither: a simulation asks for watts of a placement", () => {
  const { terms, devices = {} } = SHIPPED_CORRECTIONS.power;
  const looked = [terms, ...Object.values(devices)].flatMap((each) => Object.keys(each));
  assert.ok(looked.length > 0);
  for (const trait of looked) assert.doesNotMatch(trait, /^(?:concurrency|input|output|queued)$/u);
});
