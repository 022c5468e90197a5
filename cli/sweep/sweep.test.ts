import assert from "node:assert/strict";
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { InputError } from "../input-error.ts";
import { sweepSchema } from "../schemas/sweep.ts";
import { decodeLine, decodeOutcome } from "./outcome.ts";
import { studyFrom } from "./study.ts";
import { decodeTask } from "./task.ts";

const STUDY = {
  name: "small",
  options: { model: "llama-3.1-8b", device: "h100-sxm", requests: 60, input: 200, output: 20 },
  plans: [
    { name: "one" },
    { name: "two", tp: 2 },
    { name: "none", device: "t4", model: "llama-3.1-70b" },
  ],
  rates: ["4/s", "40/s"],
  seeds: 2,
};

function folderWith(study: unknown = STUDY): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, "study.json"), JSON.stringify(study));
  return folder;
}

async function sweep(folder: string, ...args: readonly string[]) {
  return ran(["sweep", "study.json", ...args], { folder });
}

const read = (folder: string, name: string) => readFileSync(join(folder, name), "utf8");
const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line));

test("tenlane sweep takes a number for the text of a flag as the command line would, and refuses it as that", async () => {
  const wrong = folderWith({ ...STUDY, plans: [{ name: "one", precision: 8 }] });
  const { status, err } = await sweep(wrong, "--workers", "1");
  assert.equal(status, 2);
  assert.match(err, /--precision.*\n {2}expected {2}one of fp32.+\n {2}got {7}"8"/u);
});

const folder = folderWith();
const whole = sweep(folder, "--workers", "1", "--out", "whole.jsonl", "--json");

test("tenlane sweep --json fits its schema, and has a cell for each plan and load", async () => {
  const { status, out, err } = await whole;
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  sweepSchema.parse(answer);
  assert.deepEqual(
    answer.cells.map((cell: { kind: string; plan: string }) => `${cell.kind} ${cell.plan}`),
    ["cell one", "cell one", "cell two", "cell two", "infeasible none", "infeasible none"],
  );
});

test("tenlane sweep writes the same bytes whatever the number of threads", async () => {
  await whole;
  await sweep(folder, "--workers", "3", "--out", "three.jsonl");
  assert.equal(read(folder, "three.jsonl"), read(folder, "whole.jsonl"));
});

test("a point of a sweep is what simulate answers with its options and seed", async () => {
  await whole;
  const { outcome, load, seed } = lines(read(folder, "whole.jsonl"))[7];
  const size = ["--requests", "60", "--input", "200", "--output", "20"];
  const at = ["--rate", `${load.rate}/s`, "--seed", String(seed), "--seeds", "1"];
  const device = ["--device", "h100-sxm", "--tp", "2"];
  const { out } = await ran(["simulate", "llama-3.1-8b", ...device, ...size, ...at, "--json"]);
  const { metrics, intervals } = JSON.parse(out);
  assert.deepEqual(outcome.metrics, metrics);
  assert.deepEqual(outcome.intervals, intervals);
});

test("points of a sweep with one seed take equal draws: the same requests in all plans and loads", async () => {
  const varied = folderWith({
    ...STUDY,
    plans: STUDY.plans.slice(0, 2),
    options: { ...STUDY.options, workload: "chat" },
  });
  await sweep(varied, "--out", "points.jsonl");
  const points = lines(read(varied, "points.jsonl"));
  for (const seed of [1, 2]) {
    const own = points.filter((point) => point.seed === seed);
    assert.equal(new Set(own.map(({ outcome }) => outcome.metrics.input)).size, 1);
    assert.equal(new Set(own.map(({ outcome }) => outcome.metrics.output)).size, 1);
  }
  assert.notEqual(points[0].outcome.metrics.input, points[1].outcome.metrics.input);
});

test("tenlane capacity tries a rate on the draws that a sweep takes there", async () => {
  const size = ["--requests", "60", "--input", "200", "--output", "20", "--ttft", "1s"];
  const asked = ["capacity", "llama-3.1-8b", "--device", "h100-sxm", ...size, "--json"];
  const trial = JSON.parse((await ran(asked)).out).trials[0];
  const same = folderWith({
    ...STUDY,
    plans: [{ name: "one", ttft: "1s" }],
    rates: [`${trial.value}/s`],
  });
  await sweep(same, "--out", "points.jsonl");
  const { metrics } = lines(read(same, "points.jsonl"))[0].outcome;
  assert.equal(metrics.ttft.p90, trial.ttft);
  assert.equal(metrics.tpot.p90, trial.tpot);
});

test("tenlane sweep goes on from a part whose last line was torn, and gives the same bytes", async () => {
  await whole;
  const again = folderWith();
  const bytes = read(folder, "whole.jsonl");
  const part = join(again, "whole.jsonl.part");
  for (const length of [0, 40, bytes.indexOf("\n") + 1, bytes.length >> 1, bytes.length]) {
    cpSync(join(folder, "whole.jsonl"), part);
    truncateSync(part, length);
    const { status, err } = await sweep(again, "--out", "whole.jsonl");
    assert.equal(status, 0, err);
    assert.equal(read(again, "whole.jsonl"), bytes);
    assert.equal(existsSync(part), false);
    rmSync(join(again, "whole.jsonl"));
  }
});

test("tenlane sweep refuses to go on with the file of another study", async () => {
  await whole;
  const other = folderWith({ ...STUDY, seeds: 3 });
  cpSync(join(folder, "whole.jsonl"), join(other, "whole.jsonl"));
  const { status, err } = await sweep(other, "--out", "whole.jsonl");
  assert.equal(status, 2);
  assert.match(err, /digest\n {2}expected {2}[0-9a-f]{32}, or no such file\n {2}got/u);
});

test("tenlane sweep that is interrupted says how far it came and ends with 1", async () => {
  const signal = AbortSignal.abort();
  const args = ["sweep", "study.json", "--out", "cut.jsonl"];
  const { status, err } = await ran(args, { folder, interruption: () => signal });
  assert.equal(status, 1);
  assert.match(err, /cancelled: 0 of 12 points are done; run again to go on/u);
});

const sharded = (async () => {
  await whole;
  for (const number of [1, 2, 3, 4, 5]) {
    const { status, err } = await sweep(folder, "--shard", `${number}/5`, "--out", "shards");
    assert.equal(status, 0, err);
  }
})();

test("tenlane sweep --merge of all shards gives the bytes of the whole sweep, again and again", async () => {
  await sharded;
  for (const name of ["merged.jsonl", "merged.jsonl", "again.jsonl"]) {
    const { status, out, err } = await sweep(folder, "--merge", "shards", "--out", name, "--json");
    assert.equal(status, 0, err);
    assert.equal(read(folder, name), read(folder, "whole.jsonl"));
    assert.deepEqual(JSON.parse(out).cells, JSON.parse((await whole).out).cells);
  }
});

/** The shards of {@link sharded} after `change`, and what merging them answers. */
async function spoilt(change: (shards: string) => void) {
  await sharded;
  const other = folderWith();
  cpSync(join(folder, "shards"), join(other, "shards"), { recursive: true });
  change(join(other, "shards"));
  const outcome = await sweep(other, "--merge", "shards", "--out", "merged.jsonl");
  assert.equal(existsSync(join(other, "merged.jsonl")), false);
  return outcome;
}

const SPOILT = [
  [
    "a shard missing",
    (at: string) => rmSync(join(at, "shard-4-of-5.jsonl")),
    /expected {2}all 5 shards\n {2}got +"none of number 4"/u,
  ],
  [
    "a shard of another split",
    (at: string) => writeFileSync(join(at, "shard-1-of-2.jsonl"), ""),
    /expected {2}shards of \d only/u,
  ],
  [
    "a shard under another's name",
    (at: string) => cpSync(join(at, "shard-1-of-5.jsonl"), join(at, "shard-2-of-5.jsonl")),
    /shard\n {2}expected {2}2\/5\n {2}got {7}1\/5/u,
  ],
  [
    "a shard cut short",
    (at: string) => truncateSync(join(at, "shard-3-of-5.jsonl"), 1000),
    /expected {2}\d points/u,
  ],
  [
    "an empty shard",
    (at: string) => truncateSync(join(at, "shard-3-of-5.jsonl"), 0),
    /expected {2}a header/u,
  ],
  [
    "a shard of another study",
    (at: string) => {
      const path = join(at, "shard-5-of-5.jsonl");
      writeFileSync(path, readFileSync(path, "utf8").replace(/[0-9a-f]{32}/u, "0".repeat(32)));
    },
    /digest\n {2}expected/u,
  ],
  [
    "a point that was changed",
    (at: string) => {
      const path = join(at, "shard-5-of-5.jsonl");
      writeFileSync(path, readFileSync(path, "utf8").replace('"seed":1', '"seed":2'));
    },
    /line 2\n {2}expected {2}point 4 of the study/u,
  ],
] as const;

for (const [name, change, reason] of SPOILT) {
  test(`tenlane sweep --merge refuses ${name}, and writes nothing`, async () => {
    const { status, err } = await spoilt(change);
    assert.equal(status, 2, err);
    assert.match(err, reason);
  });
}

const REFUSED = [
  [{ ...STUDY, rates: undefined }, /"rates" or "users"/u],
  [{ ...STUDY, users: [1] }, /"rates" or "users"/u],
  [{ ...STUDY, rates: ["0/s"] }, /study\.json: rates\[0\]/u],
  [{ ...STUDY, rates: ["4/s", "240/min"] }, /each load once/u],
  [{ ...STUDY, seeds: 1e9 }, /seeds/u],
  [
    { ...STUDY, seeds: 100_000, rates: Array.from({ length: 9 }, (_, index) => `${index + 1}/s`) },
    /at most 1000000 points/u,
  ],
  [{ ...STUDY, plans: [] }, /plans/u],
  [
    { ...STUDY, plans: [{ name: "a", device: "h100-sxm", tp: 0 }] },
    /plans\[0\]\.tp\n {2}expected {2}a whole number from 1/u,
  ],
  [{ ...STUDY, plans: [{ name: "a" }, { name: "a" }] }, /plans\[1\]\.name/u],
  [{ ...STUDY, plans: [{ name: "a", speed: 3 }] }, /plans\[0\]\.speed\n {2}expected {2}one of/u],
  [{ ...STUDY, plans: [{ name: "a", replay: "/etc/passwd" }] }, /plans\[0\]\.replay/u],
  [
    { ...STUDY, plans: [{ name: "a", clock: "sun" }] },
    /plans\[0\]\.clock\n {2}expected {2}one of client, engine/u,
  ],
  [
    { ...STUDY, plans: [{ name: "a", burstiness: 0.5 }] },
    /plans\[0\]\.burstiness\n {2}expected {2}--arrivals gamma or --arrivals weibull beside it/u,
  ],
  [
    { ...STUDY, rates: undefined, users: [1], plans: [{ name: "a", arrivals: "gamma" }] },
    /plans\[0\]\.arrivals\n {2}expected {2}no --users beside it/u,
  ],
  [{ ...STUDY, options: {} }, /plans\[0\]\.model/u],
] as const;

for (const [study, reason] of REFUSED) {
  test(`tenlane sweep refuses a study with ${reason.source}`, async () => {
    const { status, err } = await sweep(folderWith(study));
    assert.equal(status, 2, err);
    assert.match(err, reason);
  });
}

for (const args of [
  ["--shard", "0/3"],
  ["--shard", "4/3"],
  ["--shard", "1/3"],
  ["--shard", "1/3", "--merge", "x"],
  ["--workers", "2", "--merge", "x"],
  ["--queue", "http://x"],
]) {
  test(`tenlane sweep ${args.join(" ")} is refused`, async () => {
    const { status, err } = await sweep(folder, ...args);
    assert.equal(status, 2, err);
  });
}

test("tenlane sweep --queue and worker --queue say that no server answers", async () => {
  for (const args of [["sweep", "study.json"], ["worker"]]) {
    const { status, err } = await ran([...args, "--queue", "redis://:secret@127.0.0.1:1"], {
      folder,
    });
    assert.equal(status, 1);
    assert.match(err, /no Redis or Valkey answers at redis:\/\/127\.0\.0\.1:1 .*is it started/u);
    assert.doesNotMatch(err, /secret/u);
  }
});

test("decodeTask() refuses a model that is a file of the worker, and whatever is too large", () => {
  const task = (model: string) => ({
    plan: {
      options: { model },
      workload: {
        name: "w",
        input: { mean: 1, variation: 0 },
        output: { mean: 1, variation: 0 },
        cached: 0,
      },
    },
    load: { rate: 1 },
    seed: 1,
    fingerprint: "0".repeat(32),
  });
  assert.ok(decodeTask(task("Qwen/Qwen3-32B")).ok);
  for (const model of ["/etc/passwd", "./x", "a/../../etc", "x.gguf", "~/x", "a/b/c", "a\\b"]) {
    assert.equal(decodeTask(task(model)).ok, false, model);
  }
  const large = {
    ...task("llama-3.1-8b"),
    plan: { ...task("llama-3.1-8b").plan, catalogue: "x".repeat(1e6) },
  };
  assert.equal(decodeTask(large).ok, false);
});

test("decodeTask() keeps the profile of whoever asks, and the catalogue", () => {
  const workload = { mean: 1, variation: 0 };
  const plan = {
    options: { model: "Qwen/Qwen3-32B" },
    workload: { name: "w", input: workload, output: workload, cached: 0 },
    catalogue: { devices: [] },
    profile: { about: "", factors: { token: 2 }, figures: 1 },
  };
  const task = { plan, load: { rate: 1 }, seed: 1, fingerprint: "0".repeat(32) };
  assert.deepEqual(decodeTask(task), { ok: true, value: task });
  const bare = { ...task, plan: { options: plan.options, workload: plan.workload } };
  assert.deepEqual(decodeTask(bare), { ok: true, value: bare });
});

/** JSON near a good value: some member of it, at any depth, is replaced. */
function near(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== "object" || value === null)
    return fc.oneof(fc.constant(value), fc.jsonValue());
  const members = Object.entries(value);
  if (members.length === 0) return fc.jsonValue();
  const changed = fc
    .constantFrom(...members)
    .chain(([key, inner]) =>
      fc
        .oneof(near(inner), fc.jsonValue())
        .map((other) =>
          Array.isArray(value)
            ? value.map((each, index) => (String(index) === key ? other : each))
            : { ...value, [key]: other },
        ),
    );
  return changed;
}

test("readers of tasks, outcomes and lines answer any JSON, and never throw", async () => {
  await whole;
  const line = lines(read(folder, "whole.jsonl"))[0];
  const task = {
    plan: { options: STUDY.options, workload: {} },
    load: { rate: 1 },
    seed: 1,
    fingerprint: "0".repeat(32),
  };
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), near(line), near(line.outcome), near(task)), (json) => {
      for (const decode of [decodeTask, decodeLine, decodeOutcome])
        assert.equal(typeof decode(json).ok, "boolean");
    }),
    { numRuns: 500 },
  );
});

test("the reader of studies takes any JSON or refuses it with path, expected and got", async () => {
  const at = emptyFolder();
  const shell = { folder: at } as never;
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.jsonValue(), near(STUDY)), async (json) => {
      writeFileSync(join(at, "study.json"), JSON.stringify(json));
      await studyFrom("study.json", { catalogue: undefined, shell }).catch((error: unknown) => {
        assert.ok(error instanceof InputError, String(error));
      });
    }),
    { numRuns: 200 },
  );
});
