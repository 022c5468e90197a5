import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { confined, type Limits } from "./_confined.ts";

const FOLDER = mkdtempSync(join(tmpdir(), "tenlane-"));
const ROOMY: Limits = { time: 60, bytes: 1e12, stop: undefined };

/** A child of that code, which sees its folder and its number. */
function script(code: string): URL {
  const path = join(mkdtempSync(join(FOLDER, "script-")), "child.mjs");
  writeFileSync(
    path,
    `import { readFileSync, writeFileSync } from "node:fs"; import { serialize, deserialize } from "node:v8";
     const [folder, index] = process.argv.slice(2);
     const tell = (value) => writeFileSync(folder + "/answer-" + index, serialize({ kind: "done", value }));
     ${code}`,
  );
  return pathToFileURL(path);
}

function asked(code: string, limits: Partial<Limits> = {}, children = 1) {
  const files = new Map([["model", Uint8Array.of(7)]]);
  return confined<unknown>(
    { script: script(code), job: { word: "hello" }, files, children },
    { ...ROOMY, ...limits },
  );
}

test("confined() gives what each child wrote, of the job and the files it was given", async () => {
  const code = `tell([deserialize(readFileSync(folder + "/job")).word, readFileSync(folder + "/model")[0], index]); process.exit(0)`;
  assert.deepEqual(await asked(code, {}, 2), [
    { kind: "done", value: ["hello", 7, "0"] },
    { kind: "done", value: ["hello", 7, "1"] },
  ]);
});

test("confined() starts children together: each says ready, then all are told to go", async () => {
  const code = `process.once("message", (word) => { tell(word); process.exit(0); }); setTimeout(() => process.send("ready"), 100 * index)`;
  assert.deepEqual(await asked(code, {}, 2), [
    { kind: "done", value: "go" },
    { kind: "done", value: "go" },
  ]);
});

test("confined() of a child that crashes says by which signal, and what it said last", async () => {
  const [outcome] = await asked(`console.error("the end"); process.abort()`);
  assert.ok(outcome?.kind === "failed");
  assert.equal(outcome.reason, "crashed");
  assert.match(outcome.message, /^SIGABRT\n[^]*the end/u);
});

test("confined() of a child that blocks its thread is ended at the limit of time", async () => {
  const [outcome] = await asked("for (;;);", { time: 0.5 });
  assert.deepEqual(outcome, {
    kind: "failed",
    reason: "timeout",
    message: "no answer after 0.5 s",
  });
});

test("confined() of a child that fills memory is ended at the limit", async (t) => {
  if (!existsSync("/proc/self/status")) return t.skip("no /proc on this system");
  const code = "const held = []; setInterval(() => held.push(Buffer.alloc(2e7, 1)), 1)";
  const [outcome] = await asked(code, { bytes: 3e8 });
  assert.ok(outcome?.kind === "failed");
  assert.equal(outcome.reason, "memory");
  assert.match(outcome.message, /limit 300 MB/u);
});

test("confined() ends its children when it is told to stop", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 200);
  const [outcome] = await asked("for (;;);", { stop: controller.signal });
  assert.ok(outcome?.kind === "failed");
  assert.equal(outcome.message, "interrupted");
});

test("confined() leaves no folder behind, whatever the end", async () => {
  const note = join(FOLDER, "note");
  await asked(`writeFileSync(${JSON.stringify(note)}, folder); process.abort()`);
  const folder = readFileSync(note, "utf8");
  assert.ok(folder.includes("tenlane-"));
  assert.equal(existsSync(folder), false);
});
