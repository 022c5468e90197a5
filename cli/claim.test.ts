import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { claimOutput } from "./schemas/claim.ts";

async function shown(...args: readonly string[]) {
  const { status, out, err } = await ran(["claim", ...args, "--json"]);
  assert.equal(status, 0, err);
  const json = JSON.parse(out);
  assert.ok(claimOutput.safeParse(json).success, out);
  return json;
}

test("claim of DGX H100 over DGX A100 bounds it by BF16 and memory, and does not hold", async () => {
  const { claim, figures, predicted } = await shown("DGX H100 is 9x DGX A100 for training");
  assert.equal(claim.verdict, "does not hold");
  const ratio = (name: string) =>
    figures.find((each: { readonly name: string }) => each.name === name)?.ratio.toFixed(2);
  assert.deepEqual([ratio("peak bf16"), ratio("memory bandwidth")], ["3.17", "1.64"]);
  assert.equal(predicted.length, 3);
  for (const { answer } of predicted) assert.ok(answer.p50 > 1 && answer.p50 < 4);
});

test("claim of training shows training alone, as predicted and as one publication measured both", async () => {
  const { predicted, published, judged } = await shown("DGX H100 is 3x DGX A100 for training");
  for (const { use } of [...predicted, ...published]) assert.equal(use, "training");
  const mpt = published.find(({ about }: { readonly about: string }) =>
    about.startsWith("MPT-30b"),
  );
  assert.ok(mpt.median > 2 && mpt.median < 3, JSON.stringify(mpt));
  assert.equal(judged.verdict, "does not hold");
  const easier = await shown("DGX H100 is 1.5x DGX A100 for training");
  assert.equal(easier.judged.verdict, "holds");
});

test("claim takes published figures of a file, and those of MLPerf with their terms", async () => {
  const { out } = await ran(["claim", "DGX H100 is 3x DGX A100 for training"]);
  assert.match(out, /not verified by MLCommons/u);
  const columns = "id,source,phase,model,hardware,accelerators,metric,value,unit,per";
  const row = (id: string, hardware: string, value: number) =>
    `${id},a test,single_batch_latency,resnet-50,${hardware},1,latency_ms,${value},ms,system`;
  const file = join(mkdtempSync(join(tmpdir(), "claim-")), "truth.csv");
  writeFileSync(file, [columns, row("a-1", "l4", 1), row("a-2", "t4", 3), ""].join("\n"));
  const { published } = await shown("l4 vs t4", "--truth", file);
  assert.deepEqual(
    published.map(({ source, median }: Record<string, unknown>) => [source, median]),
    [["a test", 3]],
  );
});

test("claim takes any pair of machines, systems by their number of devices", async () => {
  const { claim, figures } = await shown("DGX H100 vs h100-sxm");
  assert.equal(claim, null);
  for (const { ratio } of figures) assert.ok(Math.abs(ratio - 8) < 1e-9);
});

test("claim --list shows every claim of the catalogue", async () => {
  const { claims } = await shown("--list");
  const files = readdirSync("catalogue/claims").map((name) => name.replace(".json", ""));
  assert.deepEqual(
    claims.map(({ id }: { readonly id: string }) => id).toSorted(),
    files.toSorted(),
  );
  for (const { statement } of claims) await shown(statement);
});

test("claim of nothing that is known is bad input", async () => {
  for (const text of ["the moon is far", "nothing vs h100-sxm"]) {
    assert.equal((await ran(["claim", text])).status, 2);
  }
});
