import assert from "node:assert/strict";
import { test } from "node:test";
import { batchOf, settings } from "./deploy.ts";
import { ELEMENT } from "../tensor.ts";
import {
  fakeAsk,
  fakeRunner,
  modelNamed,
  nameOf,
  type Behaviours,
  type FakeClock,
  type Ways,
} from "./_fake-machine.ts";
import { floatsTensor } from "../guard/index.ts";
import { gainBound } from "./bound.ts";
import { graph, node } from "../../model/onnx/_fake-models.ts";
import { tune, type Tuning } from "./tune.ts";
import type { Ask } from "./ask.ts";

const PLAIN: Ways = { forms: { "": "form" }, rewrites: { folding: "Mul" }, recipes: {} };

async function tuned(
  table: Behaviours,
  ways: Ways,
  more: Partial<Ask> & { readonly clock?: FakeClock } = {},
): Promise<Tuning> {
  const found = await tune(fakeAsk({ shipped: { time: 1 }, ...table }, ways, more));
  assert.equal(found.kind, "done");
  return found.kind === "done" ? found.value : assert.fail();
}

const ends = ({ candidates }: Tuning) =>
  Object.fromEntries(candidates.map(({ name, end }) => [name, end]));

test("tune() takes an equal form that is faster, and says by how much", async () => {
  const found = await tuned({ form: { time: 0.8 } }, PLAIN);
  assert.equal(found.chosen, "rewritten");
  assert.equal(found.model, modelNamed("form"));
  assert.equal(found.finals[0]?.comparison.ratio.middle, 1.25);
});

test("tune() keeps the file where no form is faster", async () => {
  const found = await tuned({ form: { time: 1 } }, PLAIN);
  assert.deepEqual(ends(found), { "as shipped": "baseline", rewritten: "same" });
  assert.equal(found.chosen, "as shipped");
  assert.equal(found.model, modelNamed("shipped"));
});

test("tune() calls nothing a gain that noise could be", async () => {
  const found = await tuned({ form: { time: 0.85, isNoisy: true } }, PLAIN);
  assert.equal(found.chosen, "as shipped");
});

test("tune() keeps the file where a form is faster on one thread and slower on all", async () => {
  const found = await tuned({ form: { time: 0.5, wide: 1.5 } }, PLAIN);
  assert.equal(ends(found)["rewritten"], "slower");
  assert.equal(found.candidates[1]?.reason, "slower on 2 threads");
  assert.equal(found.chosen, "as shipped");
});

test("tune() reports a no-op as one, and runs it no more", async () => {
  const ask = fakeAsk(
    { shipped: { time: 1 } },
    { forms: { "": "shipped" }, rewrites: {}, recipes: { eight: "shipped" } },
  );
  const found = await tune(ask);
  assert.ok(found.kind === "done");
  const ended = found.value.candidates.map(({ end }) => end);
  assert.deepEqual(ended, ["baseline", "unchanged", "unchanged"]);
  assert.match(found.value.candidates[2]?.reason ?? "", /the same as "as shipped"/u);
});

test("tune() refuses a form that dropped a bias, and finds the rewrite that did", async () => {
  const ways: Ways = {
    forms: { "": "broken", folding: "fine", forward: "broken2" },
    rewrites: { folding: "Add", forward: "Mul" },
    recipes: {},
  };
  const table = {
    broken: { time: 0.5, decibels: 15 },
    broken2: { time: 0.5, decibels: 15 },
    fine: { time: 0.9 },
  };
  const found = await tuned(table, ways);
  assert.equal(ends(found)["rewritten"], "refused");
  assert.equal(found.chosen, "rewritten without folding");
});

test("tune() leaves out a rewrite without which a form is faster still", async () => {
  const ways: Ways = {
    forms: { "": "full", folding: "less", forward: "best" },
    rewrites: { folding: "Add", forward: "Mul" },
    recipes: {},
  };
  const table = { full: { time: 0.8 }, less: { time: 0.9 }, best: { time: 0.7 } };
  const found = await tuned(table, {
    ...ways,
    forms: { ...ways.forms, "forward,folding": "less" },
  });
  assert.equal(found.chosen, "rewritten without forward");
});

test("tune() takes the fastest of forms with equal outputs by however little", async () => {
  const ways: Ways = {
    forms: { "": "full", folding: "less", forward: "best", "forward,folding": "less" },
    rewrites: { folding: "Add", forward: "Mul" },
    recipes: {},
  };
  const table = { full: { time: 0.71 }, less: { time: 0.9 }, best: { time: 0.7 } };
  assert.equal((await tuned(table, ways)).chosen, "rewritten without forward");
});

test("tune() says what a look was, where there is no time for a second: turns timed, or predicted", async () => {
  for (const [runs, words] of [
    [20, /20 turns timed, no time for a second look$/u],
    [0, /predicted once, no time for a second look$/u],
  ] as const) {
    const clock = { now: 0, of: 0 };
    const table = { shipped: { time: 1 }, form: { time: 0.8 } };
    const runner = fakeRunner(table);
    const compare: typeof runner.compare = async (...given) => {
      const answer = await runner.compare(...given);
      clock.now = 2 * 60;
      assert.ok(answer.kind === "done");
      const { value } = answer;
      return { kind: "done", value: { ...value, before: { ...value.before, runs } } };
    };
    const found = await tuned(table, PLAIN, { clock, runner: { ...runner, compare } });
    assert.match(found.candidates[1]?.reason ?? "", words);
  }
});

const EIGHT: Ways = { ...PLAIN, recipes: { eight: "eight", four: "four" } };

test("tune() takes the fastest sound recipe and refuses one below 20 dB", async () => {
  const table = {
    form: { time: 0.9 },
    eight: { time: 0.5, decibels: 30 },
    four: { time: 0.3, decibels: 10 },
  };
  const found = await tuned(table, EIGHT);
  assert.deepEqual(ends(found), {
    "as shipped": "baseline",
    rewritten: "gain",
    "rewritten, eight": "gain",
    "rewritten, four": "refused",
  });
  assert.equal(found.chosen, "rewritten, eight");
});

test("tune() prefers equal outputs where a lossy candidate is no more than 3 % faster", async () => {
  const table = {
    form: { time: 0.8 },
    eight: { time: 0.79, decibels: 30 },
    four: { time: 0.785, decibels: 40 },
  };
  assert.equal((await tuned(table, EIGHT)).chosen, "rewritten");
});

test("tune() looks again at equal outputs first where there is time for one look, and a lossy candidate is no more than 3 % faster", async () => {
  const inTime = (time: number) =>
    tuned({ form: { time: 0.8 }, eight: { time, decibels: 40 }, four: { time: 1 } }, EIGHT, {
      clock: { now: 0, of: 1 },
    });
  assert.equal((await inTime(0.79)).chosen, "rewritten");
  assert.equal((await inTime(0.7)).chosen, "rewritten, eight");
});

test("tune() takes the recipe of less error where another is no more than 3 % faster", async () => {
  const table = {
    form: { time: 0.9 },
    eight: { time: 0.5, decibels: 40 },
    four: { time: 0.49, decibels: 30 },
  };
  assert.equal((await tuned(table, EIGHT)).chosen, "rewritten, eight");
  const faster = { ...table, four: { time: 0.4, decibels: 30 } };
  assert.equal((await tuned(faster, EIGHT)).chosen, "rewritten, four");
});

test("tune() holds recipes apart by outputs of floats: a label is the same or not, however far its number", async () => {
  const table = {
    shipped: { time: 1 },
    form: { time: 0.9 },
    eight: { time: 0.5, decibels: 40 },
    four: { time: 0.49, decibels: 30 },
  };
  const runner = fakeRunner(table);
  const labels = (name: string) => {
    const bytes = new Uint8Array(
      Int32Array.of(name === "eight" ? 9000 : 1, ...Array(199).fill(1)).buffer,
    );
    return { type: ELEMENT.int32, dims: [200], bytes };
  };
  const outputs: typeof runner.outputs = async (model, feeds, session) => {
    const answer = await runner.outputs(model, feeds, session);
    assert.ok(answer.kind === "done");
    const value = answer.value.map((each) => ({ ...each, label: labels(nameOf(model)) }));
    return { kind: "done", value };
  };
  const found = await tuned(table, EIGHT, { runner: { ...runner, outputs } });
  assert.equal(found.chosen, "rewritten, eight");
});

for (const fails of ["crashed", "timeout", "memory", "invalid"] as const) {
  test(`tune() survives a candidate that ends as ${fails}`, async () => {
    const table = {
      form: { time: 0.9 },
      eight: { time: 1, fails },
      four: { time: 0.5, decibels: 40 },
    };
    const found = await tuned(table, EIGHT);
    assert.equal(ends(found)["rewritten, eight"], "failed");
    assert.equal(found.chosen, "rewritten, four");
  });
}

test("tune() lists a candidate that could not be made, with the reason", async () => {
  const found = await tuned({ form: { time: 0.9 } }, { ...PLAIN, forms: {} });
  assert.match(found.candidates[1]?.reason ?? "", /not made: recipe expected a way in the table/u);
});

test("tune() does not try what cannot pay", async () => {
  const ways = { ...EIGHT, touches: { eight: "Gemm" } };
  const found = await tuned({ form: { time: 0.9 }, four: { time: 0.5, decibels: 40 } }, ways);
  const skipped = found.candidates.find(({ name }) => name === "rewritten, eight");
  assert.equal(skipped?.end, "skipped");
  assert.match(skipped?.reason ?? "", /takes 1\.0 % of the time/u);
});

test("tune() says how far the engine's own rewriting is, where a form is less than equal", async () => {
  const far = await tuned({ form: { time: 0.8, decibels: 80 } }, PLAIN);
  assert.match(far.candidates[0]?.reason ?? "", /as the engine itself rewrites it/u);
  assert.equal(far.candidates[0]?.verdict?.isSound, true);
  const equal = await tuned({ form: { time: 0.8 } }, PLAIN);
  assert.equal(equal.candidates[0]?.verdict, undefined);
});

test("tune() tries gentler recipes where the guard refuses all, until one gains", async () => {
  const ways = { ...EIGHT, milder: { evened: "evened", mixed: "mixed", more: "more" } };
  const table = {
    form: { time: 0.9 },
    eight: { time: 0.5, decibels: 12 },
    four: { time: 0.3, decibels: 10 },
    evened: { time: 0.5, decibels: 15 },
    mixed: { time: 0.6, decibels: 35 },
  };
  const found = await tuned(table, ways);
  assert.equal(ends(found)["rewritten, evened"], "refused");
  assert.equal(found.chosen, "rewritten, mixed");
  assert.equal(ends(found)["rewritten, more"], undefined);
  const sound = await tuned({ ...table, eight: { time: 1, decibels: 40 } }, ways);
  assert.equal(ends(sound)["rewritten, evened"], undefined);
});

test("tune() of runs of a second tries what promises most, ends in time and says what was left out", async () => {
  const clock = { now: 0, of: 1 };
  const table = { form: { time: 0.9 }, eight: { time: 0.5 }, four: { time: 0.5 } };
  const found = await tuned(table, EIGHT, { clock });
  assert.equal(found.chosen, "rewritten, eight");
  const skipped = found.candidates.find(({ name }) => name === "rewritten, four");
  assert.equal(skipped?.end, "skipped");
  assert.match(skipped?.reason ?? "", /no time: it takes some \d+ s, of \d+ s that are left$/u);
  assert.ok(clock.now <= 1.5 * 60, `${clock.now} s`);
});

for (const seconds of [0.001, 0.01, 0.1, 0.3, 1, 3]) {
  test(`tune() of runs of ${seconds} s finds the faster form within 1.5 of the budget`, async () => {
    const clock = { now: 0, of: seconds };
    const table = { form: { time: 0.8 }, eight: { time: 0.85 }, four: { time: 0.9 } };
    const found = await tuned(table, EIGHT, { clock });
    assert.equal(found.chosen, "rewritten");
    assert.ok(clock.now <= 1.5 * 60, `${clock.now} s`);
  });
}

test("tune() of runs of 3 s has the time to load and run 24 of them, where it may, and finds the faster form", async () => {
  const table = { shipped: { time: 3 }, form: { time: 2 } };
  const asked = (runs: number) =>
    tuned(table, PLAIN, { budget: 20, runs, clock: { now: 0, of: 1 } });
  const short = await asked(0);
  assert.deepEqual([short.budget, short.chosen], [20, "as shipped"]);
  const long = await asked(24);
  assert.deepEqual([long.budget, long.chosen], [24 * 3.3, "rewritten"]);
});

test("tune() of long runs refuses recipes by the samples at hand, without the time to time sound ones", async () => {
  const table = {
    shipped: { time: 3 },
    form: { time: 2 },
    eight: { time: 1, decibels: 9 },
    four: { time: 1, decibels: 8 },
  };
  const clock = { now: 0, of: 1 };
  const found = await tuned(table, EIGHT, { budget: 20, runs: 24, clock });
  assert.equal(found.chosen, "rewritten");
  assert.equal(ends(found)["rewritten, eight"], "refused");
  assert.equal(ends(found)["rewritten, four"], "refused");
  assert.equal(found.samples, 1);
  assert.ok(clock.now <= 1.3 * 72, `${clock.now} s`);
});

test("tune() of runs too long for any comparison keeps the file, and soon", async () => {
  const clock = { now: 0, of: 20 };
  const found = await tuned({ form: { time: 0.8 } }, EIGHT, { clock });
  assert.equal(found.chosen, "as shipped");
  assert.deepEqual(new Set(Object.values(ends(found))), new Set(["baseline", "skipped"]));
  assert.ok(clock.now <= 2 * 60, `${clock.now} s`);
});

test("tune() of a file that does not run fails as it did", async () => {
  const found = await tune(fakeAsk({ shipped: { time: 1, fails: "invalid" } }, PLAIN));
  assert.ok(found.kind === "failed" && found.reason === "invalid");
});

test("tune() takes 8-bit files as they are without their rounding, if that is near", async () => {
  const ways: Ways = {
    forms: { "": "full", folding: "unrounded" },
    rewrites: { unrounding: "ConvInteger", folding: "Mul" },
    recipes: {},
  };
  // The table's noise is the same for both, so they are equal to each other and 17 dB from the file.
  const table = { unrounded: { time: 0.9, decibels: 17 }, full: { time: 0.7, decibels: 17 } };
  const found = await tuned(table, ways);
  assert.equal(found.chosen, "rewritten");
  assert.ok(Math.abs((found.unrounded ?? 0) - 17) < 2);
  const wild = { unrounded: { time: 0.9, decibels: 5 }, full: { time: 0.7, decibels: 5 } };
  assert.equal((await tuned(wild, ways)).chosen, "as shipped");
});

const IDLE = { run: 0, load: 0, left: 60 };

test("tune() for size takes the smallest that is not slower", async () => {
  const table = {
    form: { time: 1 },
    eight: { time: 1, decibels: 30 },
    four: { time: 1.5, decibels: 30 },
  };
  const ask = fakeAsk({ shipped: { time: 1 }, ...table }, EIGHT, { objective: "size" });
  const { makers } = ask;
  const small = {
    ...makers,
    quantised: async (_: Uint8Array, recipe: { name: string }) => {
      const made = await makers.quantised(_, { name: recipe.name, recipe: null }, IDLE);
      return made.ok
        ? {
            ok: true as const,
            value: {
              ...made.value,
              model: modelNamed(recipe.name, recipe.name === "four" ? 20 : 40),
            },
          }
        : made;
    },
  };
  const found = await tune({ ...ask, makers: small });
  assert.ok(found.kind === "done");
  assert.equal(found.value.chosen, "rewritten, eight");
});

test("tune() for energy takes what draws least, where a counter tells", async () => {
  const table = {
    shipped: { time: 1, joules: 10 },
    form: { time: 0.8, joules: 9 },
    eight: { time: 0.5, joules: 12, decibels: 40 },
    four: { time: 0.7, joules: 6, decibels: 40 },
  };
  const asked = { objective: "energy" } as const;
  assert.equal((await tuned(table, EIGHT, asked)).chosen, "rewritten, four");
  const silent = Object.fromEntries(
    Object.entries(table).map(([name, { joules: _, ...each }]) => [name, each]),
  );
  assert.equal((await tuned(silent, EIGHT, asked)).chosen, "rewritten, eight");
});

test("tune() for throughput measures copies and batches, and keeps to a limit of latency", async () => {
  // A copy on two threads is the root of two as fast, so two copies of one thread do more.
  const table = { form: { time: 0.5 } };
  const free = await tuned(table, PLAIN, { objective: "throughput" });
  assert.equal(free.deployments[0]?.instances, 2);
  assert.equal(free.deployments[0]?.itemsPerSecond, 4);
  assert.equal(free.chosen, "rewritten");
  const tight = await tuned(table, PLAIN, { objective: "throughput", latencyMax: 0.4 });
  const within = tight.deployments.filter(({ isWithin }) => isWithin);
  assert.deepEqual(
    within.map(({ instances, threads, batch }) => [instances, threads, batch]),
    [[1, 2, 1]],
  );
});

test("tune() for throughput keeps the file where turns showed no gain and rates differ by less than a tenth", async () => {
  const asked = { objective: "throughput" } as const;
  const near = await tuned({ form: { time: 0.95, isNoisy: true } }, PLAIN, asked);
  assert.equal(ends(near)["rewritten"], "same");
  assert.equal(near.chosen, "as shipped");
  const far = await tuned({ form: { time: 0.85, isNoisy: true } }, PLAIN, asked);
  assert.equal(ends(far)["rewritten"], "same");
  assert.equal(far.chosen, "rewritten");
});

test("tune() of any table chooses nothing slower and nothing below 20 dB", async () => {
  const { default: fc } = await import("fast-check");
  const behaviour = fc.record({
    time: fc.double({ min: 0.2, max: 3, noNaN: true }),
    decibels: fc.double({ min: 1, max: 120, noNaN: true }),
    isNoisy: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(behaviour, behaviour, behaviour, async (form, eight, four) => {
      const table = { form, eight, four };
      const found = await tuned(table, EIGHT);
      if (found.chosen === "as shipped") return;
      const name = found.chosen.replace("rewritten, ", "").replace("rewritten", "form");
      const { time, decibels } = { ...table }[name as "form"] ?? assert.fail(name);
      assert.ok(time < 1 / 1.03 && decibels > 20, JSON.stringify({ time, decibels }));
    }),
    { numRuns: 60 },
  );
});

test("settings() of four cores are 4, 2 and 1 copies that fill them", () => {
  assert.deepEqual(
    settings(4, false).map(({ instances, threads }) => [instances, threads]),
    [
      [4, 1],
      [2, 2],
      [1, 4],
    ],
  );
});

test("batchOf() joins samples along the first axis", () => {
  const sample = (x: number) => ({ x: floatsTensor([1, 2], Float32Array.of(x, x)) });
  const joined = batchOf([sample(1), sample(2)], 3);
  assert.deepEqual(joined?.["x"]?.dims, [3, 2]);
  assert.deepEqual(
    [...new Float32Array(joined?.["x"]?.bytes.buffer ?? new ArrayBuffer(0))],
    [1, 1, 2, 2, 1, 1],
  );
});

test("gainBound() of what takes three quarters of the time is 4", () => {
  const operator = (kind: string, time: number) => ({
    name: kind,
    operator: kind,
    time,
    inputs: [],
    outputs: [],
  });
  const profile = { operators: [operator("Conv", 3), operator("Relu", 1)], total: 4 };
  const made = graph({ node: [node("Conv", "x", "a"), node("Relu", "a", "y")] });
  const edits = [{ rewrite: "q", count: 1, why: "", removed: { Conv: 1 }, added: {} }];
  assert.equal(gainBound(profile, made, edits), 4);
});
