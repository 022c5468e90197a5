import assert from "node:assert/strict";
import { test } from "node:test";
import { ok } from "../../result.ts";
import { fakeAsk, modelNamed } from "./_fake-machine.ts";
import type { Pace } from "./pace.ts";
import { Trials } from "./trials.ts";

/** Of a budget of 60 s, with the answers to four samples. */
async function trialsOf(pace: Pace, clock = { now: 0, of: 0 }): Promise<Trials> {
  const table = { shipped: { time: 1 }, form: { time: 0.5 } };
  const ask = fakeAsk(table, { forms: {}, rewrites: {}, recipes: {} }, { clock });
  const samples = ask.samples.slice(0, 4);
  const outputs = await ask.runner.outputs(ask.model, samples, ask.session);
  assert.ok(outputs.kind === "done");
  const reference = { model: ask.model, samples, outputs: outputs.value };
  return new Trials(ask, { pace, reference, started: 0 });
}

test("patience() leaves of its share what judging takes: 0.9 of 60 s less 9 s is 45 s", async () => {
  const trials = await trialsOf({ run: 2, load: 1 });
  assert.equal(trials.patience(0.9).left, 45);
});

test("run() times what took longer to make than foreseen, up to a tenth of the budget", async () => {
  const plan = { name: "form", level: "lossless", skip: [], recipe: null } as const;
  // A look takes 3 s and 0.1 s to load; trials end by 42 s, late ones by 48 s.
  for (const [making, end] of [
    [44, "gain"],
    [46, "skipped"],
  ] as const) {
    const clock = { now: 0, of: 0 };
    const trials = await trialsOf({ run: 0.1, load: 0.1 }, clock);
    const { candidate } = await trials.run(plan, async () => {
      clock.now += making;
      return ok({ model: modelNamed("form"), edits: [] });
    });
    assert.equal(candidate.end, end, candidate.reason);
  }
});
