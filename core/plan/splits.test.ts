import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../catalogue/index.ts";
import { decodeModelEntry, type Model, type ModelEntry } from "../model/index.ts";
import { deviceCount } from "../operators/index.ts";
import { powers, splits } from "./splits.ts";

function model(id: string): Model {
  const entry = (catalogue.models as readonly ModelEntry[]).find((each) => each.id === id);
  assert.ok(entry);
  const decoded = decodeModelEntry(entry);
  assert.ok(decoded.ok);
  return decoded.value;
}

test("splits() use exactly the devices they are given, and tensor parallelism stays in a host", () => {
  for (const id of ["llama3.1-70b", "mixtral-8x7b", "deepseek-v3"]) {
    for (const devices of [1, 2, 4, 8, 16]) {
      for (const parallel of splits(model(id), devices, 8)) {
        assert.equal(deviceCount(parallel), devices);
        assert.ok(parallel.tensor <= 8);
      }
    }
  }
});

test("splits() of dense models are plain, of experts also spread, of a shared cache also data-parallel", () => {
  assert.equal(splits(model("llama3.1-70b"), 8, 8).length, 1);
  assert.equal(splits(model("mixtral-8x7b"), 8, 8).length, 2);
  assert.deepEqual(
    splits(model("deepseek-v3"), 8, 8).map(({ tensor, data, expert }) => [tensor, data, expert]),
    [
      [8, 1, 1],
      [8, 1, 8],
      [1, 8, 8],
    ],
  );
});

test("splits() across hosts of three use the largest power of two in each", () => {
  assert.deepEqual(splits(model("llama3.1-70b"), 4, 3), [
    { tensor: 2, data: 1, pipeline: 2, expert: 1 },
  ]);
});

test("powers() are the powers of two up to the most", () => {
  assert.deepEqual(powers(20), [1, 2, 4, 8, 16]);
});
