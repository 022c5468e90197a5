import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "../_fake-shell.ts";

const CONF = process.env["TENLANE_TEST_SLURM"];
const STUDY = resolve("examples/sweep/study.json");

test("examples/sweep/sweep.sbatch as an array of 8, merged, gives the bytes of a local sweep", (t) => {
  if (CONF === undefined) {
    t.skip("no TENLANE_TEST_SLURM: .ci/services starts one");
    return;
  }
  const folder = emptyFolder();
  const tenlane = join(folder, "tenlane");
  const main = resolve("dist/cli/main.js");
  writeFileSync(tenlane, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(tenlane, 0o755);
  const PATH = `${dirname(tenlane)}:${process.env["PATH"]}`;
  const env = { ...process.env, PATH, SLURM_CONF: CONF };
  const ran = (program: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      env,
      encoding: "utf8",
      timeout: 240_000,
    });
    assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  };
  ran("sbatch", "--wait", "--array=1-8", resolve("examples/sweep/sweep.sbatch"), STUDY);
  ran("tenlane", "sweep", STUDY, "--merge", "shards", "--out", "merged.jsonl");
  ran("tenlane", "sweep", STUDY, "--out", "local.jsonl");
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  assert.equal(read("merged.jsonl"), read("local.jsonl"));
});
