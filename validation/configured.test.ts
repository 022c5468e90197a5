import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice } from "../core/catalogue/index.ts";
import { configured } from "./configured.ts";
import type { Row } from "./row.ts";

const row = (notes: string) => ({ notes }) as Row;

test("configured() gives an FPGA the engines and the clock of the row, and its rate in proportion", () => {
  const found = findDevice(catalogue, "Alveo U50LV");
  assert.ok(found.ok);
  const own = configured(
    found.value,
    row("DPU: 8 DPUCAHX8H-DWC kernels running at 275Mhz in Gen3x4; DPU frequency used 165 MHz"),
  );
  assert.deepEqual([own.units, own.clock], [8, 165e6]);
  assert.ok(Math.abs((own.peak.int8 ?? 0) - 8 * 4096 * 165e6) < 1e6);
});

test("configured() leaves other devices as they are", () => {
  const found = findDevice(catalogue, "H100 SXM");
  assert.ok(found.ok);
  assert.equal(configured(found.value, row("8 kernels running")), found.value);
});
