import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { decodeWorkload } from "../../core/index.ts";
import { READY_WORKLOADS } from "./index.ts";

test("READY_WORKLOADS are the files of this folder, each a workload under its file's name", () => {
  const files = readdirSync("examples/workloads").filter((file) => file.endsWith(".json"));
  assert.deepEqual(
    files.map((file) => file.replace(".json", "")).toSorted(),
    [...READY_WORKLOADS.keys()].toSorted(),
  );
  for (const [name, json] of READY_WORKLOADS) {
    const workload = decodeWorkload(json);
    assert.ok(workload.ok, `${name}: ${JSON.stringify(workload)}`);
    assert.ok((workload.value.about ?? "").length > 10);
  }
});
