import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quantityText } from "../core/index.ts";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { simulateSchema } from "./schemas/simulate.ts";

const MODEL = ["simulate", "llama-3.1-8b", "--device", "h100-sxm"];
const SHORT = ["--requests", "300", "--input", "200", "--output", "20", "--seeds", "1"];

const TRAFFIC = [
  ["--rate", "4/s"],
  ["--users", "8"],
  ["--rate", "4/s", "--arrivals", "gamma", "--burstiness", "0.5"],
  ["--rate", "4/s", "--arrivals", "weibull", "--burstiness", "0.7"],
  ["--rate", "4/s", "--arrivals", "diurnal", "--swing", "90%", "--period", "1min"],
  ["--rate", "1/s", "--turns", "4", "--think", "2s", "--shared", "500", "--replicas", "2"],
  ["--rate", "4/s", "--prefill-replicas", "1"],
  ["--rate", "4/s", "--engine", "static"],
  ["--rate", "4/s", "--engine", "orca"],
  ["--rate", "4/s", "--speculate", "eagle"],
  ["--rate", "4/s", "--correlation", "-0.5"],
  ["--users", "8", "--draft-model", "llama-3.2-1b", "--acceptance", "0.7"],
  ["--rate", "4/s", "--replicas", "2", "--fail-every", "20s", "--repair", "5s"],
  ["--rate", "9/s", "--replicas", "3", "--autoscale", "2", "--provision", "5s"],
] as const;

for (const traffic of TRAFFIC) {
  test(`tenlane simulate ${traffic.join(" ")} --json fits its schema`, async () => {
    const { status, out, err } = await ran([...MODEL, ...SHORT, ...traffic, "--json"]);
    assert.equal(status, 0, err);
    const answer = JSON.parse(out);
    simulateSchema.parse(answer);
    assert.equal(answer.metrics.measured, 294);
  });
}

test("tenlane simulate gives the mean and the 99th percentile with their intervals, all columns over the same seeds", async () => {
  const args = [...MODEL, ...SHORT, "--rate", "8/s", "--seeds", "4"];
  const { out } = await ran(args);
  const head = /mean \[p10–p90\] +p50 +p90 +p99 \[p10–p90\] +p99\.9\n/u;
  assert.match(out, head);
  const cell = String.raw`[\d.]+ m?s`;
  const interval = String.raw`${cell} \[[\d.]+–[\d.]+\]`;
  const row = [interval, cell, cell, interval, cell].join(" +");
  assert.match(out, new RegExp(`time to first token +${row}\n`, "u"));
  const { metrics, intervals } = JSON.parse((await ran([...args, "--json"])).out);
  assert.notEqual(intervals.ttft.p90.p50, metrics.ttft.p90);
  assert.ok(out.includes(quantityText(intervals.ttft.p90.p50, "time")));
});

test("tenlane simulate with the same seed prints the same bytes", async () => {
  const args = [...MODEL, ...SHORT, "--rate", "4/s", "--json"];
  assert.equal((await ran(args)).out, (await ran(args)).out);
  assert.notEqual((await ran([...args, "--seed", "2"])).out, (await ran(args)).out);
});

test("tenlane simulate says whose clock it reads; the engine's is earlier", async () => {
  const args = [...MODEL, ...SHORT, "--rate", "4/s", "--json"];
  const client = JSON.parse((await ran(args)).out);
  const engine = JSON.parse((await ran([...args, "--clock", "engine"])).out);
  assert.equal(client.clock, "client");
  assert.ok(engine.metrics.ttft.mean < client.metrics.ttft.mean);
  assert.equal(engine.metrics.tpot.mean, client.metrics.tpot.mean);
});

interface TraceEvent {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly name: string;
  readonly id: number;
  readonly ts: number;
  readonly dur: number;
}

/**
 * What viewers ask of a file: slices of a thread do not overlap, begins and ends of an id nest in order
 * of time, and of writing where times are equal.
 *
 * Source: "Trace Event Format" (Google, 2016), complete events and nestable async events
 */
function assertNested(events: readonly TraceEvent[]): void {
  const timed = events.filter(({ ph }) => ph !== "M").toSorted((a, b) => a.ts - b.ts);
  const ends = new Map<number, number>();
  const open = new Map<number, string[]>();
  for (const { ph, pid, tid, id, name, ts, dur } of timed) {
    assert.ok(Number.isFinite(ts) && ts >= 0 && pid === 1 && name !== "");
    if (ph === "X") {
      assert.ok(ts >= (ends.get(tid) ?? 0) - 1e-6, `${name} overlaps at ${ts}`);
      ends.set(tid, ts + dur);
    }
    const stack = open.get(id) ?? [];
    open.set(id, stack);
    if (ph === "b") stack.push(name);
    if (ph === "e") assert.equal(stack.pop(), name);
  }
  assert.ok([...open.values()].every((stack) => stack.length === 0));
}

test("tenlane simulate --trace writes JSON of Chrome trace events, --series a row an interval", async () => {
  const folder = emptyFolder();
  const files = ["--trace", "trace.json", "--series", "series.csv"];
  const { status, err } = await ran([...MODEL, ...SHORT, "--rate", "4/s", ...files], { folder });
  assert.equal(status, 0, err);
  const { traceEvents } = JSON.parse(readFileSync(join(folder, "trace.json"), "utf8"));
  const phases = (ph: string) => traceEvents.filter((event: { ph: string }) => event.ph === ph);
  assert.equal(phases("b").length, phases("e").length);
  assert.equal(phases("b").length, 4 * 300);
  assert.ok(phases("X").every(({ dur }: { dur: number }) => dur > 0));
  const named = phases("M").filter(({ name }: TraceEvent) => name === "thread_name");
  assert.deepEqual(
    [...new Set(phases("X").map(({ tid }: TraceEvent) => tid))],
    named.map(({ tid }: TraceEvent) => tid),
  );
  assert.ok(named.every(({ tid }: TraceEvent) => tid > 0));
  assertNested(traceEvents);
  const rows = readFileSync(join(folder, "series.csv"), "utf8").trim().split("\n");
  assert.match(rows[0] ?? "", /^time_s,.*power_w$/u);
  assert.ok(rows.length > 10 && rows.length <= 257);
});

const LOG = [
  "TIMESTAMP,ContextTokens,GeneratedTokens",
  "2023-11-16 18:15:46.6805900,374,44",
  "2023-11-16 18:15:50,broken",
  "2023-11-16 18:15:51.2225670,396,109",
  "",
].join("\n");

test("tenlane simulate --replay names a bad line and ends with 2, or counts it with --skip-bad", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "log.csv"), LOG);
  const args = [...MODEL, "--replay", "log.csv", "--json"];
  const strict = await ran(args, { folder });
  assert.equal(strict.status, 2);
  assert.match(strict.err, /log\.csv, line 3/u);
  const { status, out, err } = await ran([...args, "--skip-bad"], { folder });
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  simulateSchema.parse(answer);
  assert.equal(answer.metrics.measured, 2);
  assert.equal(answer.bad.count, 1);
  assert.match(answer.bad.named[0], /line 3/u);
});

test("tenlane simulate --replay names a line of megabytes like any bad one, and passes over it without holding it", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "log.csv"), LOG.replace("broken", "x".repeat(3_000_000)));
  const args = [...MODEL, "--replay", "log.csv", "--json"];
  const strict = await ran(args, { folder });
  assert.equal(strict.status, 2);
  assert.match(strict.err, /log\.csv, line 3\n.*a shorter line\n.*over 1048576 characters/u);
  const { metrics, bad } = JSON.parse((await ran([...args, "--skip-bad"], { folder })).out);
  assert.deepEqual([metrics.measured, bad.count], [2, 1]);
  writeFileSync(join(folder, "log.csv"), "x".repeat(3_000_000));
  const endless = await ran([...args, "--skip-bad"], { folder });
  assert.equal(endless.status, 2);
  assert.match(endless.err, /a log of Azure, BurstGPT or Mooncake/u);
});

test("tenlane simulate --replay of a head alone says that the log holds no request", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "log.csv"), LOG.split("\n")[0] ?? "");
  const { status, out } = await ran([...MODEL, "--replay", "log.csv"], { folder });
  assert.equal(status, 0);
  assert.match(out, /the log holds no request/u);
});

test("tenlane simulate takes the limits that an engine is started with, over its defaults on the device", async () => {
  const args = [...MODEL, ...SHORT, "--users", "40", "--json"];
  const at = async (...more: readonly string[]) =>
    JSON.parse((await ran([...args, ...more])).out).metrics;
  const usual = await at();
  const few = await at("--sequences", "4");
  assert.ok(usual.running > 30 && few.running <= 4, `${usual.running}, ${few.running}`);
  assert.ok((await at("--step-tokens", "64")).steps > 1.5 * usual.steps);
  const half = (await at("--memory-share", "0.46")).occupancy;
  assert.ok(half > 2 * usual.occupancy, `${half} after ${usual.occupancy}`);
});

test("tenlane plan offers no engine of a paper, and simulate --engine runs it", async () => {
  const plan = await ran([
    "plan",
    "llama-3.1-8b",
    "--device",
    "h100-sxm",
    "--rate",
    "1/s",
    "--json",
  ]);
  assert.equal(plan.status, 0, plan.err);
  assert.doesNotMatch(plan.out, /"id": "orca"/u);
  assert.match((await ran([...MODEL, ...SHORT, "--rate", "4/s", "--engine", "orca"])).out, /Orca/u);
});

test("tenlane simulate with autoscaling rents and powers the replicas that it asks for", async () => {
  const fleet = [...MODEL, ...SHORT, "--rate", "4/s", "--replicas", "8", "--json"];
  const whole = JSON.parse((await ran(fleet)).out);
  const scaled = JSON.parse((await ran([...fleet, "--autoscale", "20"])).out);
  assert.equal(whole.metrics.paid, 1);
  assert.ok(scaled.metrics.paid < 0.2);
  const ratio = scaled.spent.costPerHour / whole.spent.costPerHour;
  assert.ok(Math.abs(ratio - scaled.metrics.paid) < 1e-9);
  assert.ok(scaled.energy.power < 0.5 * whole.energy.power);
  assert.ok(scaled.series.every(({ paid }: { paid: number }) => paid <= 1));
});

test("tenlane simulate of a run longer than a clock has digits for says how far times are rounded", async () => {
  const slow = ["--rate", "0.000000000001/s", "--seeds", "1"];
  assert.match((await ran([...MODEL, ...SHORT, ...slow])).out, /times are rounded to/u);
  assert.doesNotMatch((await ran([...MODEL, ...SHORT, "--rate", "1/h"])).out, /are rounded/u);
});

test("tenlane simulate --replay of a Mooncake log finds what requests share in the prefix cache", async () => {
  const folder = emptyFolder();
  const line = (timestamp: number, last: number) =>
    JSON.stringify({ timestamp, input_length: 1536, output_length: 5, hash_ids: [1, 2, last] });
  writeFileSync(join(folder, "log.jsonl"), [line(0, 3), line(5000, 4)].join("\n"));
  const { out } = await ran([...MODEL, "--replay", "log.jsonl", "--json"], { folder });
  assert.equal(JSON.parse(out).metrics.cachedShare, 1024 / 3072);
});

const REFUSED = [
  [["--rate", "0/s"], /more than zero/u],
  [[], /--rate, --users/u],
  [["--rate", "1/s", "--requests", "10", "--warmup", "10"], /fewer than the 10 requests/u],
  [["--replay", "nowhere.csv"], /nothing there/u],
  [["--replay", "."], /a folder/u],
  [["--rate", "1/s", "--grid", "country/SE"], /--grid.*\n.*the id of a place/u],
  [["--rate", "1/s", "--acceptance", "0.5"], /--speculate/u],
  [["--rate", "1/s", "--speculate", "draft-model"], /the model that drafts/u],
  [["--rate", "1/s", "--speculate", "mtp", "--draft-model", "llama-3.2-1b"], /none beside/u],
  [["--rate", "1/s", "--users", "3"], /--rate\n.*no --users beside it\n.*"--users"/u],
  [["--rate", "1/s", "--burstiness", "0.5"], /--arrivals gamma or --arrivals weibull beside it/u],
  [["--replay", "log.csv", "--turns", "3"], /--turns\n.*no --replay beside it/u],
  [["--rate", "1/s", "--fail-every", "0s"], /more than zero/u],
  [["--rate", "1/s", "--autoscale", "2", "--replicas-min", "2"], /at most 1/u],
] as const;

for (const [args, reason] of REFUSED) {
  test(`tenlane simulate ${args.join(" ")} is refused with a reason`, async () => {
    const { status, err } = await ran([...MODEL, ...args]);
    assert.equal(status, 2);
    assert.match(err, reason);
  });
}

test("tenlane simulate of requests longer than the cache says how many were refused", async () => {
  const long = ["--rate", "1/s", "--requests", "20", "--input", "100000"];
  const { status, out, err } = await ran(["simulate", "llama-3.1-8b", "--device", "l4", ...long]);
  assert.equal(status, 0, err);
  assert.match(out, /18 requests refused: longer than the KV cache or the context/u);
  assert.doesNotMatch(out, /unknown/u);
  const one = ["--requests", "1", "--warmup", "0"];
  const none = await ran(["simulate", "llama-3.1-8b", "--device", "l4", ...long, ...one]);
  assert.match(none.out, /none of 1 requests was measured/u);
});

test("tenlane simulate of requests longer than the model was made for answers with both numbers", async () => {
  const { status, out } = await ran([...MODEL, "--rate", "1/s", "--input", "200000"]);
  assert.equal(status, 0);
  assert.match(out, /made for 131072 tokens/u);
});

test("tenlane simulate of far too many requests answers that the queue only grew", async () => {
  const many = ["--rate", "100000/s", "--requests", "200000", "--seeds", "1"];
  const { status, out } = await ran([...MODEL, ...many, "--input", "100", "--output", "10"]);
  assert.equal(status, 0);
  assert.match(out, /^overloaded/mu);
  assert.match(out, /the queue only grew/u);
});

test("tenlane simulate of a placement that does not fit answers why not", async () => {
  const { status, out } = await ran([
    "simulate",
    "llama-3.1-70b",
    "--device",
    "t4",
    "--rate",
    "1/s",
  ]);
  assert.equal(status, 0);
  assert.match(out, /not feasible/u);
});

const ENDLESS = [
  ["--arrivals", "diurnal", "--period", "0s"],
  ["--arrivals", "weibull", "--burstiness", "0.001"],
  ["--fail-every", "0s"],
  ["--look-every", "0s"],
  ["--replicas", "1000000000"],
  ["--dp", "1000000000"],
] as const;

for (const endless of ENDLESS) {
  test(`tenlane simulate ${endless.join(" ")} is refused, not run`, async () => {
    const { status, err } = await ran([...MODEL, ...SHORT, "--rate", "4/s", ...endless]);
    assert.equal(status, 2, err);
    assert.match(err, /expected .*\n +got /u);
  });
}

test("tenlane simulate --replay refuses what is longer than the model was made for, as an engine does", async () => {
  const folder = emptyFolder();
  const long = "2023-11-16 18:15:50,200000,5";
  writeFileSync(join(folder, "log.csv"), LOG.replace("2023-11-16 18:15:50,broken", long));
  const { status, out, err } = await ran([...MODEL, "--replay", "log.csv"], { folder });
  assert.equal(status, 0, err);
  assert.match(out, /2 of 3 requests measured/u);
  assert.match(out, /1 request refused: longer than the KV cache or the context/u);
});

test("tenlane simulate of a run hardly longer than a request says that the service was filling", async () => {
  const rate = ["--rate", "400/s", "--replicas", "50", "--seeds", "1"];
  const brief = await ran([...MODEL, ...rate, "--requests", "2000"]);
  assert.match(brief.out, /times as long as a request/u);
  const longer = await ran([...MODEL, "--rate", "4/s", "--seeds", "1", "--requests", "400"]);
  assert.doesNotMatch(longer.out, /times as long as a request/u);
});
