import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { test, type TestContext } from "node:test";

const MAIN = "dist/cli/main.js";

/** Runs the built command line with the Node of this machine, not the one that npm installed. */
function installed(t: TestContext, args: readonly string[]): string | null {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  const PATH = path.filter((folder) => !folder.includes("node_modules")).join(delimiter);
  const { error, status, stdout, stderr } = spawnSync("node", [MAIN, ...args], {
    env: { ...process.env, PATH },
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (error !== undefined) {
    t.skip("no node on this machine but npm's");
    return null;
  }
  assert.equal(stderr, "");
  assert.equal(status, 0);
  return stdout;
}

test("the built command line runs on the machine's own Node without a warning", (t) => {
  const help = installed(t, ["--help"]);
  if (help !== null) assert.match(help, /Usage: tenlane/u);
});

test("the built plan answers on the machine's own Node", (t) => {
  const args = ["plan", "Qwen/Qwen3-32B", "--device", "h100-sxm", "--tpot", "40ms", "--json"];
  const text = installed(t, args);
  if (text !== null) assert.ok(JSON.parse(text).plans.length > 0);
});

test("a closed pipe ends the command line quietly", () => {
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", `node ${MAIN} catalogue --list models --json | head -1`],
    { encoding: "utf8" },
  );
  assert.equal(stdout, "{\n");
  assert.equal(stderr, "");
});
