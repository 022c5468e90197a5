import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { decodeModelEntry, findModel, type ModelEntry } from "../model/index.ts";
import { SHIPPED } from "./coefficients.ts";
import { PARTS, UNCORRECTED } from "./correction.ts";
import { decodeEngine } from "./engine.ts";
import { partShares } from "./step-parts.ts";
import { prepare, type Prepared } from "./prepare.ts";

const STEP = { segments: [{ sequences: 32, query: 1, prefix: 1000 }] };

function prepared(expertsTimes: number): Prepared {
  const device = findDevice(catalogue, "H100 SXM");
  const found = findModel(catalogue.models as readonly ModelEntry[], "gpt-oss-120b");
  const engine = catalogue.engines
    .map((file) => decodeEngine(file))
    .find((each) => each.ok && each.value.id === "vllm");
  assert.ok(device.ok && found.ok && engine?.ok === true);
  const model = decodeModelEntry(found.value.entry);
  assert.ok(model.ok && model.value.kind === "transformer");
  const by = Math.log(expertsTimes);
  const experts = { intercept: by, terms: {}, low: by, high: by };
  const parts = { ...UNCORRECTED.parts, experts };
  const answer = prepare(
    {
      model: model.value,
      system: systemFor(catalogue, device.value),
      placement: {
        parallel: SINGLE_DEVICE,
        replicas: 1,
        numerics: model.value.numerics,
        engine: engine.value,
      },
    },
    { ...SHIPPED, corrections: { ...UNCORRECTED, parts } },
  );
  assert.ok(!("reason" in answer));
  return answer;
}

test("partShares() of a step sum to one and know the host", () => {
  const { cost } = prepared(1);
  const shares = partShares(cost.operators(STEP), 1e-3);
  const whole = PARTS.reduce((sum, part) => sum + shares[part], 0);
  assert.ok(Math.abs(whole - 1) < 1e-9);
  assert.ok(shares.experts > 0.3 && shares.host > 0 && shares.exchange === 0);
});

test("prepare() with experts of twice the time: a step grows by the share of experts, launches stay", () => {
  const [once, twice] = [prepared(1).cost, prepared(2).cost];
  const host = once.host({ tokens: 32, sequences: 32 });
  const share = partShares(once.operators(STEP), host).experts;
  const grown = twice.time(STEP) / once.time(STEP) - 1;
  assert.ok(Math.abs(grown - share) < 1e-9, `${grown} against ${share}`);
});
