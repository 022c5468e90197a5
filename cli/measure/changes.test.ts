import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { measureSchema } from "../schemas/measure.ts";
import { change, csvOf, regressions } from "./changes.ts";
import { openedHistory, type Kept } from "./history.ts";
import { doubts, type Measurement } from "./measurement.ts";

const SHELL = { environment: {}, folder: "/" };

/** Of five processes with these middles; processor time is half of each. */
function kept(id: number, medians: readonly number[], given: Partial<Measurement> = {}): Kept {
  const repeats = medians.map((median) => ({
    median,
    p95: median,
    p99: median,
    least: median,
    cpu: median / 2,
    runs: 1,
    bytesResident: 1,
  }));
  const latency = repeats.toSorted((a, b) => a.median - b.median)[2];
  assert.ok(latency !== undefined);
  const measurement: Measurement = {
    at: `2026-11-25T00:00:0${id}.000Z`,
    model: { name: "a.onnx", sha256: "00", bytes: 1, sizes: {} },
    engine: "onnxruntime-node 1.30.0",
    session: { threads: 1, provider: "cpu", optimises: true },
    machine: { processor: "One, of many", cores: 2, memory: 1, system: "linux" },
    latency,
    repeats,
    loads: [],
    profile: null,
    pressure: 0,
    energy: null,
    predicted: null,
    doubts: [],
    ...given,
  };
  return { id, measurement };
}

const FAST = kept(1, [10, 11, 12, 11, 10]);
const SLOW = kept(2, [13, 14, 13, 14, 13]);

test("change() is slower where every process is slower than every other was, by over 3 %", () => {
  const found = change(FAST, SLOW);
  assert.equal(found.verdict, "slower");
  assert.equal(found.ratio, 11 / 13);
  assert.equal(change(SLOW, FAST).verdict, "faster");
});

test("change() says what the two are not alike in", () => {
  assert.deepEqual(change(FAST, SLOW).differs, []);
  const other = kept(2, [10, 11, 12, 11, 10], {
    model: { name: "b.onnx", sha256: "01", bytes: 2, sizes: { batch: 8 } },
    engine: "onnxruntime-node 1.31.0",
    session: { threads: 2, provider: "wasm", optimises: true },
    machine: { processor: "Two", cores: 2, memory: 1, system: "linux" },
  });
  assert.deepEqual(change(FAST, other).differs, [
    "model: a.onnx, b.onnx",
    "file: 00, 01",
    "sizes: , batch=8",
    "engine: onnxruntime-node 1.30.0, onnxruntime-node 1.31.0",
    "provider: cpu, wasm",
    "threads: 1, 2",
    "machine: 2 × One, of many, 2 × Two",
  ]);
});

test("change() is the same where processes overlap, or lie within 3 %", () => {
  assert.equal(change(FAST, kept(2, [12, 20, 20, 20, 20])).verdict, "same");
  assert.equal(change(FAST, kept(2, [12.3, 20, 20, 20, 20])).verdict, "same");
  assert.equal(change(FAST, kept(2, [12.4, 20, 20, 20, 20])).verdict, "slower");
});

test("change() of three processes against three is none: one in ten would be by chance", () => {
  const three = kept(2, [13, 14, 13]);
  assert.equal(change(kept(1, [10, 11, 12]), three).verdict, "same");
  assert.equal(change(kept(1, [10, 11, 12, 11]), kept(2, [13, 14, 13, 14])).verdict, "slower");
});

test("change() of a disturbed measurement goes by processor time", () => {
  const disturbed = kept(2, [13, 14, 13, 14, 13], { doubts: ["other work"] });
  const found = change(FAST, disturbed);
  assert.equal(found.clock, "cpu");
  assert.equal(found.ratio, 5.5 / 6.5);
});

test("regressions() compare the latest of a model with the fastest before it", () => {
  const found = regressions([SLOW, FAST, kept(3, [13, 14, 13, 14, 13])]);
  assert.deepEqual(
    found.map(({ before, after }) => [before.id, after.id]),
    [[1, 3]],
  );
  assert.deepEqual(regressions([SLOW, FAST]), []);
});

test("regressions() compare like with like: another number of threads is another matter", () => {
  const session = { threads: 2, provider: "cpu", optimises: true };
  assert.deepEqual(regressions([FAST, kept(2, [20, 20, 20, 20, 20], { session })]), []);
});

test("csvOf() has a line a measurement, and quotes what holds a comma", () => {
  const [head, line, end] = csvOf([FAST]).split("\n");
  assert.match(head ?? "", /^id,at,model,/u);
  assert.match(line ?? "", /^1,2026-11-25T00:00:01.000Z,a.onnx,00,"One, of many",/u);
  assert.equal(end, "");
});

test("doubts() name waiting above a tenth, and processes that differ by more than a tenth", () => {
  const { repeats, latency } = FAST.measurement;
  assert.deepEqual(doubts({ pressure: 0.1, repeats: repeats.slice(0, 2), latency }), []);
  assert.deepEqual(doubts({ pressure: 0.25, repeats, latency }), [
    "other work: something waited for a processor 25 % of the time",
    "processes of the same model differ by 18 %",
  ]);
});

/** A file of SQLite with both measurements. */
async function filled(): Promise<string> {
  const file = join(emptyFolder(), "history.sqlite");
  const history = await openedHistory({ history: file }, SHELL);
  assert.ok(typeof history !== "string");
  assert.equal(history.keep(FAST.measurement), 1);
  assert.equal(history.keep(SLOW.measurement), 2);
  history.close();
  return file;
}

test("openedHistory() gives back what was kept, in its order, after it was closed", async () => {
  const history = await openedHistory({ history: await filled() }, SHELL);
  assert.ok(typeof history !== "string");
  assert.deepEqual(history.all(), [FAST, SLOW]);
  history.close();
});

test("openedHistory() is below XDG_DATA_HOME where no file is named, and none with --no-history", async () => {
  const environment = { XDG_DATA_HOME: emptyFolder() };
  const history = await openedHistory({}, { ...SHELL, environment });
  assert.ok(typeof history !== "string");
  assert.deepEqual(history.all(), []);
  history.close();
  assert.equal(await openedHistory({ history: false }, SHELL), "--no-history");
});

test("tenlane measure --list of a file that is no history is refused by its name", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "notes.txt"), "no database");
  const { status, err } = await ran(["measure", "--list", "--history", "notes.txt"], { folder });
  assert.equal(status, 2);
  assert.match(err, /--history\n {2}expected {2}a history\n {2}got .*notes\.txt: file is not/u);
});

for (const flags of [
  ["--list"],
  ["--compare", "1", "2"],
  ["--regressions"],
  ["--export", "json"],
]) {
  test(`tenlane measure ${flags.join(" ")} prints JSON by its schema`, async () => {
    const { status, out, err } = await ran([
      "measure",
      ...flags,
      "--history",
      await filled(),
      "--json",
    ]);
    assert.equal(status, 0, err);
    assert.ok(measureSchema.safeParse(JSON.parse(out)).success, out);
  });
}

test("tenlane measure --regressions says what became slower, and by how much", async () => {
  const { out } = await ran(["measure", "--regressions", "--history", await filled()]);
  assert.match(out, /0\.846 times as fast: slower/u);
});

test("tenlane measure --compare of a number that is not kept is refused", async () => {
  const args = ["measure", "--compare", "1", "9", "--history", await filled()];
  const { status, err } = await ran(args);
  assert.equal(status, 2);
  assert.match(err, /one of 1 to 2/u);
});
