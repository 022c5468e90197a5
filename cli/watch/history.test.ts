import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { emptyFolder, ran } from "../_fake-shell.ts";
import { fakeMachine } from "./_fake-machine.ts";
import { forecast } from "./forecast.ts";
import { openHistory } from "./history.ts";
import type { Sample } from "./reading.ts";
import { watch } from "./watch.ts";

function sample(at: number, count = 3): Sample {
  const readings = Array.from({ length: count }, (_, index) => ({
    name: "node_load1",
    labels: { index: String(index) },
    value: at + index,
  }));
  return { at, elapsed: at / 1000, readings };
}

function rows(path: string, query: string): readonly Record<string, unknown>[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare(query).all();
  database.close();
  return found;
}

test("openHistory() keeps each series once and each value beside it, over restarts", async () => {
  const path = join(emptyFolder(), "deep", "watch.sqlite");
  for (const at of [1000, 2000]) {
    const history = await openHistory(path, 1e8);
    assert.equal(history.keep(sample(at)), null);
    history.close();
  }
  assert.equal(rows(path, "SELECT * FROM series").length, 3);
  const values = rows(path, "SELECT value FROM reading ORDER BY at, value");
  assert.deepEqual(
    values.map(({ value }) => value),
    [1000, 1001, 1002, 2000, 2001, 2002],
  );
});

test("openHistory() that may not grow gives up its oldest part and keeps the newest", async () => {
  const path = join(emptyFolder(), "watch.sqlite");
  const history = await openHistory(path, 200_000);
  for (let at = 0; at < 400; at += 1) assert.equal(history.keep(sample(at, 20)), null, String(at));
  history.close();
  const [{ first, last } = {}] = rows(path, "SELECT min(at) first, max(at) last FROM reading");
  assert.equal(last, 399);
  assert.ok(Number(first) > 0, "the oldest went");
});

test("openHistory() that cannot take a sample says why, and takes the next", async () => {
  const history = await openHistory(join(emptyFolder(), "watch.sqlite"), 100_000);
  assert.match(history.keep(sample(1, 20_000)) ?? "", /full/u);
  assert.equal(history.keep(sample(2)), null);
  history.close();
});

test("watch() goes on where the disk is full: an alert, samples counted as lost", async () => {
  const raised: string[] = [];
  const { samples, lost } = await watch({
    machine: fakeMachine({ "proc/loadavg": "1 1 1\n" }),
    every: 0.01,
    samples: 3,
    history: {
      keep: () => "database or disk is full",
      read: () => new Map(),
      close: () => undefined,
    },
    selfTest: null,
    port: null,
    stop: new AbortController().signal,
    raise: ({ rule }) => void raised.push(rule),
  });
  assert.deepEqual([samples, lost], [3, 3]);
  assert.deepEqual(raised, ["history lost"]);
});

test("tenlane watch killed by SIGKILL has lost no sample but the last", async () => {
  const path = join(emptyFolder(), "watch.sqlite");
  const script = `
    const { openHistory } = await import(${JSON.stringify(join(import.meta.dirname, "history.ts"))});
    const history = await openHistory(${JSON.stringify(path)}, 1e8);
    for (let at = 1; ; at += 1) {
      const why = history.keep({ at, elapsed: at, readings: [{ name: "n", labels: {}, value: at }] });
      if (why === null) process.stdout.write(at + "\\n");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  let said = "";
  child.stdout.on("data", (part) => {
    said += part;
    if (said.split("\n").length > 20) child.kill("SIGKILL");
  });
  await once(child, "close");
  const reported = Number(said.trim().split("\n").at(-1));
  const [{ last, count } = {}] = rows(path, "SELECT max(at) last, count(*) count FROM reading");
  assert.ok(Number(last) >= reported, `${String(last)} kept, ${reported} reported`);
  assert.equal(count, last);
});

test("openHistory() reads a series back in time, and forecast() where it ends", async () => {
  const history = await openHistory(join(emptyFolder(), "watch.sqlite"), 1e8);
  const name = "node_filesystem_avail_bytes";
  const DAY = 86_400_000;
  for (let day = 0; day < 20; day += 1) {
    const readings = [{ name, labels: { mountpoint: "/" }, value: 1000 - 10 * day }];
    history.keep({ at: day * DAY, elapsed: day, readings });
  }
  history.keep({
    at: 19 * DAY,
    elapsed: 1,
    readings: [{ name: `${name}_x`, labels: {}, value: 1 }],
  });
  const read = history.read(name);
  history.close();
  assert.deepEqual([...read.keys()], [`${name}{mountpoint="/"}`]);
  const [points = []] = [...read.values()];
  assert.equal(points.length, 20);
  // 810 bytes left, ten fewer a day
  const ends = forecast("s", points, { name, limit: 0, meaning: "full" });
  assert.ok(Math.abs((ends?.days.p50 ?? 0) - 81) < 1e-6);
});

test("watch --forecast of a history that nobody kept says so, and makes none", async () => {
  const path = join(emptyFolder(), "none.sqlite");
  const { status, err } = await ran(["watch", "--forecast", "--history", path]);
  assert.equal(status, 2);
  assert.match(err, /--history/u);
  assert.ok(!existsSync(path));
});

test("watch keeps a history among the user's data, unless told not to or asked for one sample", async () => {
  for (const [args, isKept] of [
    [["--samples", "1"], true],
    [["--samples", "1", "--no-history"], false],
    [["--once"], false],
    [["--once", "--history"], true],
  ] as const) {
    const folder = emptyFolder();
    const shell = { environment: { XDG_DATA_HOME: folder } };
    const { status, err } = await ran(["watch", ...args], shell);
    assert.equal(status, 0, err);
    assert.equal(existsSync(join(folder, "tenlane", "watch.sqlite")), isKept, args.join(" "));
    const forecasts = await ran(["watch", "--forecast"], shell);
    assert.equal(forecasts.status, isKept ? 0 : 2, args.join(" "));
  }
});

test("watch goes on without a history where none can be kept, unless one was asked for", async () => {
  const file = join(emptyFolder(), "file");
  writeFileSync(file, "");
  const shell = { environment: { XDG_DATA_HOME: file } };
  const { status, err } = await ran(["watch", "--samples", "1"], shell);
  assert.equal(status, 0);
  assert.match(err, /^no history is kept: .+\n$/u);
  assert.equal((await ran(["watch", "--samples", "1", "--history"], shell)).status, 1);
});

test("openHistory() of two watches takes the samples of both", async () => {
  const path = join(emptyFolder(), "watch.sqlite");
  const [one, other] = [await openHistory(path, 1e8), await openHistory(path, 1e8)];
  for (let at = 0; at < 20; at += 2) {
    assert.equal(one.keep(sample(at)), null);
    assert.equal(other.keep(sample(at + 1)), null);
  }
  one.close();
  other.close();
  const [{ count } = {}] = rows(path, "SELECT count(DISTINCT at) count FROM reading");
  assert.equal(count, 20);
});

test("forecast() of what rises from its limit, stands, or was seen too little is none", () => {
  const points = (f: (day: number) => number, count = 20) =>
    Array.from({ length: count }, (_, day) => ({ at: day * 86_400_000, value: f(day) }));
  const limit = { name: "n", limit: 0, meaning: "m" };
  assert.equal(
    forecast(
      "s",
      points((day) => 10 + day),
      limit,
    ),
    null,
  );
  assert.equal(
    forecast(
      "s",
      points(() => 10),
      limit,
    ),
    null,
  );
  assert.equal(
    forecast(
      "s",
      points((day) => 10 - day / 10, 5),
      limit,
    ),
    null,
  );
  assert.equal(
    forecast(
      "s",
      Array.from({ length: 20 }, () => ({ at: 5, value: 1 })),
      limit,
    ),
    null,
  );
});

test("forecast() is as sure as a slope of twelve days with known errors is", () => {
  // +, −, −, + about a line that falls by one a day: neither its height nor its slope feels them
  const points = Array.from({ length: 12 }, (_, day) => ({
    at: day * 86_400_000,
    value: 100 - day + ([2, -2, -2, 2][day % 4] ?? 0),
  }));
  // 12 · 2² of 10 degrees of freedom, over the 143 that twelve days are about their mean; 91 left on the last day
  const error = Math.sqrt((12 * 4) / 10 / 143);
  const days = forecast("s", points, { name: "n", limit: 0, meaning: "m" })?.days;
  const near = (got: number | null | undefined, expected: number) =>
    assert.ok(Math.abs((got ?? 0) - expected) < 1e-9, `${got} is not ${expected}`);
  near(days?.p50, 91);
  near(days?.p10, 91 / (1 + 1.2815515655446004 * error));
  near(days?.p90, 91 / (1 - 1.2815515655446004 * error));
});

test("forecast() of a noisy slope may never come: its far end is open", () => {
  const noisy = Array.from({ length: 20 }, (_, day) => ({
    at: day * 86_400_000,
    value: 100 - 0.1 * day + (day % 2 === 0 ? 5 : -5),
  }));
  const days = forecast("s", noisy, { name: "n", limit: 0, meaning: "m" })?.days;
  assert.equal(days?.p90, null);
  assert.ok((days?.p10 ?? 0) > 0 && (days?.p10 ?? 0) < (days?.p50 ?? 0));
});
