import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { COMPLETION_SHELLS } from "./completion.ts";

for (const shell of COMPLETION_SHELLS) {
  test(`tenlane completion ${shell} names every command and its flags`, async () => {
    const { status, out } = await ran(["completion", shell]);
    assert.equal(status, 0);
    for (const word of ["read", "expand", "catalogue", "precision", "vendor"]) {
      assert.ok(out.includes(word), word);
    }
  });

  test(`tenlane completion ${shell} parses in ${shell}`, async (t) => {
    const { out } = await ran(["completion", shell]);
    const { error, status, stderr } = spawnSync(shell, ["-n"], { input: out, encoding: "utf8" });
    if (error !== undefined) return t.skip(`${shell} is not installed`);
    assert.equal(status, 0, stderr);
  });
}

test("tenlane completion bash completes a command and a flag", async () => {
  const { out } = await ran(["completion", "bash"]);
  const completed = (words: string): string =>
    spawnSync("bash", ["-s"], {
      input: `${out}\nCOMP_WORDS=(${words})\nCOMP_CWORD=$((\${#COMP_WORDS[@]} - 1))\n_tenlane\necho "\${COMPREPLY[@]}"`,
      encoding: "utf8",
    }).stdout.trim();
  assert.equal(completed("tenlane cat"), "catalogue");
  assert.equal(completed("tenlane catalogue --ven"), "--vendor");
});
