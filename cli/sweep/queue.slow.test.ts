import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { emptyFolder } from "../_fake-shell.ts";
import { QUEUE_NAME } from "./connection.ts";

const MAIN = resolve("dist/cli/main.js");
const SERVER = process.env["TENLANE_TEST_QUEUE"];

const children = new Set<ChildProcess>();
function killAll(): void {
  for (const child of children) child.kill("SIGKILL");
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function begun(
  args: readonly string[],
  main = MAIN,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args]);
  children.add(child);
  const text = { out: "", err: "" };
  child.stdout.on("data", (part) => (text.out += part));
  child.stderr.on("data", (part) => (text.err += part));
  const ended = once(child, "close").then(([code]) => {
    children.delete(child);
    return { code: code as number | null, ...text };
  });
  return { child, ended };
}

/** A folder with a study of 40 points, each some tens of milliseconds, and its points as a local run has them. */
async function prepared(t: TestContext, seed: number) {
  t.after(killAll);
  if (SERVER === undefined) {
    t.skip("no TENLANE_TEST_QUEUE: .ci/services starts one");
    return null;
  }
  const folder = emptyFolder();
  const study = join(folder, "study.json");
  const options = { model: "llama-3.1-8b", device: "h100-sxm", requests: 3000 };
  const rates = [1, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((rate) => `${rate}/s`);
  const plans = [{ name: "TP1" }, { name: "TP2", tp: 2 }];
  writeFileSync(study, JSON.stringify({ name: "queued", options, plans, rates, seed, seeds: 2 }));
  const local = await begun(["sweep", study, "--out", join(folder, "local.jsonl")]).ended;
  assert.equal(local.code, 0, local.err);
  const url = await emptied(SERVER);
  const out = join(folder, "queued.jsonl");
  const sweep = () => begun(["sweep", study, "--queue", url, "--out", out]);
  const worker = (...args: string[]) =>
    begun(["worker", "--queue", url, "--workers", "2", ...args]);
  const same = () =>
    assert.equal(readFileSync(out, "utf8"), readFileSync(join(folder, "local.jsonl"), "utf8"));
  return { url, out, sweep, worker, same };
}

async function emptied(url: string): Promise<string> {
  const client = new Redis(url);
  await client.flushall();
  client.disconnect();
  return url;
}

/** Waits until the part has so many lines. */
async function grown(out: string, count: number): Promise<void> {
  const part = `${out}.part`;
  const lines = () => (existsSync(part) ? readFileSync(part, "utf8").split("\n").length : 0);
  for (let looks = 0; lines() < count; looks += 1) {
    assert.ok(looks < 1500, `${lines()} lines of ${count} in 30 s`);
    await pause(20);
  }
}

test("a queued sweep gives the local bytes though a worker is killed under its tasks", async (t) => {
  const at = await prepared(t, 1);
  if (at === null) return;
  const sweep = at.sweep();
  const lost = at.worker();
  await grown(at.out, 8);
  lost.child.kill("SIGKILL");
  await lost.ended;
  const heir = at.worker();
  const { code, err } = await sweep.ended;
  assert.equal(code, 0, err);
  at.same();
  heir.child.kill("SIGTERM");
  const last = await heir.ended;
  assert.equal(last.code, 0, last.err);
  assert.match(last.out, /^\d+ points done, 0 failed/u);
});

test("a queued sweep whose coordinator is killed is resumed with the local bytes", async (t) => {
  const at = await prepared(t, 100);
  if (at === null) return;
  const worker = at.worker("--idle", "20s");
  const lost = at.sweep();
  await grown(at.out, 8);
  lost.child.kill("SIGKILL");
  await lost.ended;
  const { code, err } = await at.sweep().ended;
  assert.equal(code, 0, err);
  at.same();
  worker.child.kill("SIGTERM");
  const { out } = await worker.ended;
  assert.equal(Number(/^\d+/u.exec(out)), 40, "every point done once");
});

test("Ctrl-C on a queued sweep takes its jobs back, and the sweep can go on", async (t) => {
  const at = await prepared(t, 200);
  if (at === null) return;
  const worker = at.worker();
  const sweep = at.sweep();
  await grown(at.out, 4);
  sweep.child.kill("SIGINT");
  const cancelled = await sweep.ended;
  assert.equal(cancelled.code, 1);
  assert.match(cancelled.err, /cancelled: \d+ of 40 points are done; run again/u);
  const client = new Redis(at.url, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE_NAME, { connection: client });
  assert.equal(await queue.getWaitingCount(), 0);
  await queue.close();
  client.disconnect();
  const { code, err } = await at.sweep().ended;
  assert.equal(code, 0, err);
  at.same();
  worker.child.kill("SIGTERM");
  await worker.ended;
});

test("a worker refuses a job that is no task, and goes on", async (t) => {
  const at = await prepared(t, 300);
  if (at === null) return;
  const client = new Redis(at.url, { maxRetriesPerRequest: null });
  const queue = new Queue(QUEUE_NAME, { connection: client });
  await queue.add("task", { plan: { options: { model: "/etc/passwd" } } }, { attempts: 9 });
  await queue.add("task", "rubbish", { attempts: 9 });
  const worker = at.worker("--idle", "5s");
  const { code, err } = await at.sweep().ended;
  assert.equal(code, 0, err);
  at.same();
  const ended = await worker.ended;
  assert.match(ended.out, /^40 points done, 2 failed/u);
  assert.match(ended.err, /failed: .*expected/u);
  await queue.close();
  client.disconnect();
});

const ROGUES = [
  [
    "throws",
    () => {
      throw new Error("out of luck");
    },
    /40 of 40 points failed\n {2}point 0 \(TP1, rate 1, seed 400\): out of luck/u,
  ],
  [
    "answers rubbish",
    () => ({ kind: "simulation", metrics: 1 }),
    /40 of 40 points failed\n {2}point 0 .*expected/u,
  ],
] as const;

for (const [name, answer, reason] of ROGUES) {
  test(`a sweep whose worker ${name} reports it after bounded attempts, and an honest one heals it`, async (t) => {
    const at = await prepared(t, 400);
    if (at === null) return;
    const client = new Redis(at.url, { maxRetriesPerRequest: null });
    const rogue = new Worker(QUEUE_NAME, async () => answer(), {
      connection: client,
      concurrency: 20,
    });
    const { code, err } = await at.sweep().ended;
    assert.equal(code, 1);
    assert.match(err, reason);
    assert.equal(existsSync(at.out), false);
    await rogue.close();
    client.disconnect();
    const worker = at.worker();
    const healed = await at.sweep().ended;
    assert.equal(healed.code, 0, healed.err);
    at.same();
    worker.child.kill("SIGTERM");
    await worker.ended;
  });
}

test("tenlane worker without BullMQ says what to install", async () => {
  const folder = emptyFolder();
  cpSync("dist", join(folder, "dist"), { recursive: true });
  cpSync("package.json", join(folder, "package.json"));
  const { dependencies } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const name of Object.keys(dependencies)) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(resolve("node_modules", name), link);
  }
  const args = ["worker", "--queue", "redis://127.0.0.1:1"];
  const { code, err } = await begun(args, join(folder, "dist/cli/main.js")).ended;
  assert.equal(code, 1);
  assert.match(err, /BullMQ, which is not installed: npm install bullmq ioredis/u);
});
