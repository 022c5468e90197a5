import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { test } from "node:test";

for (const file of globSync("examples/*.ts").filter((each) => !each.endsWith(".test.ts"))) {
  test(`${basename(file)} prints what examples/expected has`, () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const kept = `examples/expected/${basename(file, ".ts")}.txt`;
    if (process.env["TENLANE_GOLDEN"] === "1") writeFileSync(kept, stdout);
    else assert.equal(stdout, readFileSync(kept, "utf8"), "run: npm run golden");
  });
}

test("my-catalogue.json adds an offer that plan can be narrowed to", () => {
  const flags = ["--catalogue", "examples/my-catalogue.json", "--provider", "my-host"];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["cli/main.ts", "plan", "Qwen/Qwen3-32B", "--rate", "1/s", ...flags],
    { encoding: "utf8" },
  );
  assert.equal(status, 0, stderr);
  assert.match(stdout, /Best: NVIDIA L40S.*my-host eight-l40s/u);
});
