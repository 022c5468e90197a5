import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { watchedSchema } from "../schemas/watch.ts";

const MEMORY_MAX = 60e6;

function begun(...args: readonly string[]) {
  const child = spawn(process.execPath, ["dist/cli/main.js", "watch", ...args]);
  const said = { out: "", err: "" };
  child.stdout.on("data", (part) => (said.out += String(part)));
  child.stderr.on("data", (part) => (said.err += String(part)));
  return { child, said };
}

test("tenlane watch without end becomes a program of 60 MB, and answers when it is stopped", async () => {
  const { child, said } = begun("--every", "1s", "--json");
  await pause(4000);
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, "utf8");
  assert.match(proc("cmdline"), /watch\/alone\.js/u);
  const kib = Number(/^VmRSS:\s+(?<kib>\d+)/mu.exec(proc("status"))?.groups?.["kib"]);
  assert.ok(kib * 1024 < MEMORY_MAX, `${kib} KiB`);
  child.kill("SIGTERM");
  const [status] = await once(child, "close");
  assert.equal(status, 0);
  assert.ok(watchedSchema.safeParse(JSON.parse(said.out)).success, said.out);
  assert.equal(said.err, "");
});

test("tenlane watch on a port that is taken fails as other commands do", async () => {
  const first = begun("--port", "41874");
  await pause(3000);
  const second = begun("--port", "41874");
  const [status] = await once(second.child, "close");
  assert.equal(status, 1);
  assert.match(second.said.err, /^failure: .*EADDRINUSE.*\n {2}run again with --verbose/u);
  first.child.kill("SIGTERM");
  await once(first.child, "close");
});
