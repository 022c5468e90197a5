import assert from "node:assert/strict";
import { test } from "node:test";
import { file, node, value, weights } from "../model/onnx/_fake-models.ts";
import { makersOf } from "./makers.ts";
import { fakeAsk, fakeRunner } from "./search/_fake-machine.ts";
import { tune } from "./search/index.ts";

const PATIENT = { run: 0, load: 0, left: Infinity };

function makers() {
  return makersOf({
    runner: fakeRunner({}),
    session: { threads: 1, provider: "cpu", optimises: true },
    hash: String,
    options: { target: "native" },
    calibration: [],
    cpu: { sumsWide: true },
  });
}

/** A product of a matrix, in the opset of years ago. */
const OLD = file(
  {
    input: [value("x", [1, 4])],
    output: [value("y", [1, 2])],
    initializer: [weights("w", [4, 2])],
    node: [node("MatMul", "x w", "y")],
  },
  { opset: 6 },
);

test("makersOf().quantised() of a recipe that finds no layer says why", async () => {
  const { recipes, quantised } = makers();
  const [recipe] = await recipes(OLD);
  assert.ok(recipe !== undefined);
  const made = await quantised(OLD, recipe, PATIENT);
  assert.ok(!made.ok);
  assert.deepEqual(made.error.path, ["layers"]);
  assert.equal(made.error.expected, "opset 6 is too old");
});

test("tune() skips a recipe that finds no layer, and says why", async () => {
  const ways = { forms: { "": "shipped" }, rewrites: {}, recipes: { dynamic: "" } };
  const ask = fakeAsk({ shipped: { time: 1 } }, ways);
  const [recipe] = await makers().recipes(OLD);
  assert.ok(recipe !== undefined);
  const quantised = () => makers().quantised(OLD, recipe, PATIENT);
  const found = await tune({ ...ask, makers: { ...ask.makers, quantised } });
  assert.ok(found.kind === "done");
  const skipped = found.value.candidates.find(({ name }) => name === "dynamic");
  assert.equal(skipped?.end, "skipped");
  assert.equal(skipped.reason, "no layer to put into fewer bits: opset 6 is too old");
});

test("makersOf().quantised() of ranges that there is no time for says how much they take", async () => {
  const picture = file({
    input: [value("x", [1, 1, 2, 2])],
    output: [value("y", [1, 1, 2, 2])],
    initializer: [weights("w", [1, 1, 1, 1])],
    node: [node("Conv", "x w", "c"), node("Conv", "c w", "y")],
  });
  const { recipes, quantised } = makers();
  const recipe = (await recipes(picture)).find(({ name }) => name.startsWith("static"));
  assert.ok(recipe !== undefined);
  const made = await quantised(picture, recipe, { run: 2, load: 1, left: 2.6 });
  assert.ok(!made.ok);
  assert.equal(made.error.expected, "ranges take 3 s, of 3 s that are left");
});
