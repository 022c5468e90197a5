import assert from "node:assert/strict";
import { test } from "node:test";
import type { Told } from "./part.ts";
import { runPart } from "./run-part.ts";

const ASKED = { threads: 1, budget: 60.000_01, root: "/", record: null };

test("runPart() tells of a process that did not come to its end, and resolves", async () => {
  const told: Told[] = [];
  process.env["NODE_OPTIONS"] = "--no-such-option";
  const ended = runPart("cuda", ASKED, (one) => told.push(one), new AbortController().signal);
  delete process.env["NODE_OPTIONS"];
  await ended;
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ["note"],
  );
  const [note] = told;
  assert.match(
    note?.kind === "note" ? note.text : "",
    /^cuda: the process ended with 9.*; lanes measured before stand$/u,
  );
});

test("runPart() that is stopped kills its process and tells nothing of it", async () => {
  const told: Told[] = [];
  const stop = new AbortController();
  const ended = runPart("native", ASKED, (one) => told.push(one), stop.signal);
  stop.abort();
  await ended;
  assert.deepEqual(told, []);
});
