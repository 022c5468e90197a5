import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED, type Certificate } from "../../core/optimise/index.ts";
import { certificatePage } from "./certificate-page.ts";

const COPIES = { instances: 2, threads: 1, batch: 4, itemsPerSecond: 1000, bytesResident: 1e8 };
const FILE = { name: "model.onnx", sha256: "0", bytes: 100 };
const SAMPLES = { count: 4, source: "made up" };

/** Of a search for a rate, at 3.60 dollars an hour. */
const CERTIFICATE = {
  input: FILE,
  output: FILE,
  chosen: SHIPPED,
  candidates: [],
  pareto: [],
  assumptions: [],
  question: { price: 3.6 },
  deployments: [
    { candidate: SHIPPED, ...COPIES, median: 0.01, p95: 0.02, isWithin: true },
    { candidate: "<b>", ...COPIES, median: 0.01, p95: 0.5, isWithin: false },
  ],
  reached: null,
  ceilings: null,
  machine: { processor: "P", cores: 2, system: "S", load: { before: 0, after: 0 } },
  versions: {},
  heldOut: SAMPLES,
  calibration: SAMPLES,
  made: "2026",
  spent: 1,
  command: "tenlane optimise",
} as unknown as Certificate;

test("certificatePage() says which copies answer too late, and what a million items cost", () => {
  const page = certificatePage(CERTIFICATE);
  assert.match(page, /<td>as shipped<\/td>.*<td class="n">20 ms<\/td>.*<td class="n">\$1<\/td>/u);
  assert.match(page, /<td>&lt;b&gt;<\/td>.*<td class="n">500 ms \(over\)<\/td>/u);
});
