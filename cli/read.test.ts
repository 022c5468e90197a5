import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, type ModelEntry } from "../core/index.ts";
import { ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";

const entries = catalogue.models as readonly ModelEntry[];

test("tenlane read of every model of the catalogue prints its parts, in JSON as the schema says", async () => {
  const schema = await COMMANDS.find(({ name }) => name === "read")?.schema?.();
  assert.ok(schema !== undefined);
  for (const { id } of entries) {
    const text = await ran(["read", id]);
    assert.equal(text.status, 0, `${id}: ${text.err}`);
    assert.match(text.out, /parameters +[\d.]+ ?[kMGT]?/u, id);
    assert.doesNotMatch(text.out, /NaN|undefined|unknown|∞|\[object/u, id);
    for (const line of text.out.split("\n")) assert.ok(line.length <= 200, `${id}: ${line}`);
    const json = await ran(["read", id, "--json"]);
    const read = schema.safeParse(JSON.parse(json.out));
    assert.ok(read.success, `${id}: ${read.error?.message}`);
  }
  assert.ok(entries.length >= 250);
});
