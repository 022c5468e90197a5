import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";

async function rowsOf(...args: readonly string[]): Promise<readonly { readonly device: string }[]> {
  const { out, err } = await ran(["validate", ...args, "--json"]);
  assert.equal(err, "");
  return JSON.parse(out).rows;
}

test("validate --device takes the catalogue's name of a device as well as that of the tables", async () => {
  const tables = await rowsOf("--device", "NVIDIA H100 SXM 80GB");
  assert.ok(tables.length > 0);
  assert.deepEqual(await rowsOf("--device", "h100-sxm"), tables);
});

test("validate of a name that no figure has is refused, not a table of nothing", async () => {
  for (const asked of [
    ["--family", "prefil"],
    ["--device", "nothing"],
    ["--device", "h100-sxm", "--engine", "nothing"],
  ]) {
    const { status, err } = await ran(["validate", ...asked]);
    assert.equal(status, 2);
    assert.match(err, new RegExp(`^error: ${asked.at(-2)}\\n.*as the tables name it`, "u"));
  }
});
