import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";

test("package.json opens every stage of the core by its name", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  const stages = globSync("core/*/index.ts").map((path) => path.split("/")[1] ?? "");
  assert.ok(stages.length >= 10, "run from the root of the repository");
  for (const stage of stages) assert.equal(exports[`./${stage}`], `./dist/core/${stage}/index.js`);
});
