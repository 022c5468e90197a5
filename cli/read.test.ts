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

test("tenlane read says what weights take and what a token leaves in the cache, by kind of layer", async () => {
  const shown = [
    ["qwen3-32b", /^ {2}weights +65\.5 GB\n {2}cache +262 kB a token$/mu],
    ["gemma3-27b", /cache +426 kB a token up to 1024 tokens, 81\.9 kB a token$/mu],
    ["qwen3-next-80b-a3b", /cache +24\.6 kB a token, 39\.5 MB whatever the length$/mu],
    ["resnet-50", /^conv +53 +23\.5M/mu],
    ["dlrm-v3", /^gather +6 +517B/mu],
  ] as const;
  for (const [id, expected] of shown) assert.match((await ran(["read", id])).out, expected);
});
