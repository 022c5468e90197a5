import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, type Catalogue, type Figures } from "../core/catalogue/index.ts";
import {
  implausibleFigures,
  misnamedFiles,
  missingDevices,
  oddRoundings,
  oddSparsity,
  sharedModelNames,
  sharedNames,
  unsortedFigures,
  unusedSources,
  wideSpreads,
} from "./_catalogue-rules.ts";
import { complaints } from "./lint-catalogue.ts";

const AT = { source: "s", at: "page 1" };

function withFigures(figures: Figures): Catalogue {
  const device = { id: "x", name: "X 1", vendor: "V", kind: "gpu", status: "shipping" } as const;
  return {
    ...catalogue,
    accelerators: [{ ...device, aliases: [], figures }],
    systems: [],
    grids: [],
  };
}

test("complaints() of the shipped catalogue are none", () => {
  assert.deepEqual(complaints(new URL("../catalogue/", import.meta.url)), []);
});

test("misnamedFiles() names a file that holds another id", () => {
  const file = { folder: "accelerators", name: "a", json: { id: "b" } } as const;
  assert.equal(misnamedFiles([file]).length, 1);
});

test("unsortedFigures() names a file whose keys are out of order", () => {
  const figures = { units: { value: "1", ...AT }, "cache/l2": { value: "1 MB", ...AT } };
  assert.equal(unsortedFigures(withFigures(figures)).length, 1);
});

test("oddRoundings() names a count that may be further off than its last digit says", () => {
  const entry = { id: "x", name: "X", aliases: [], source: "s" };
  const found = [
    { total: 2_400_000, rounded: 50_000 },
    { total: 2_400_000, rounded: 500_000 },
    { total: 64_000_000_000, rounded: 1_920_000_000 },
  ].flatMap((published) =>
    oddRoundings({
      ...catalogue,
      models: [{ ...entry, published: { ...published, source: "s" } }],
    }),
  );
  assert.deepEqual(found, ["x: rounded 500000 of 2400000", "x: rounded 1920000000 of 64000000000"]);
});

test("unusedSources() names a source that nothing cites", () => {
  const source = {
    title: "t",
    publisher: "p",
    url: "u",
    read: "2026",
    class: "secondary",
  } as const;
  const found = unusedSources({ ...catalogue, sources: { ...catalogue.sources, lost: source } });
  assert.deepEqual(found, ['source "lost" is not used']);
});

test("sharedNames() names an alias that two devices have", () => {
  const [first, second] = catalogue.accelerators;
  assert.ok(first !== undefined && second !== undefined);
  const twin = { ...second, aliases: [first.name] };
  assert.notDeepEqual(sharedNames({ ...catalogue, accelerators: [first, twin] }), []);
});

test("sharedModelNames() names an alias that two models have, and a patch behind a slash is part of a name", () => {
  const own = { source: "s", network: { family: "chain" } } as const;
  const first = { ...own, id: "xcit-12-p8", name: "XCiT-12/8", aliases: [] };
  const second = { ...own, id: "xcit-24-p8", name: "XCiT-24/8", aliases: [] };
  const asked = (...models: readonly object[]) => sharedModelNames({ ...catalogue, models });
  assert.deepEqual(asked(first, second), []);
  assert.notDeepEqual(asked(first, { ...second, aliases: ["xcit_12/8"] }), []);
});

test("missingDevices() names a system of a device that is not there", () => {
  assert.ok(missingDevices({ ...catalogue, accelerators: [] }).length > 0);
});

test("oddSparsity() names a sparse rate that is not twice the dense one", () => {
  const figures = {
    "peak/matrix/fp8/dense": { value: "100 TFLOPS", ...AT },
    "peak/matrix/fp8/sparse": { value: "150 TFLOPS", ...AT },
  };
  assert.equal(oddSparsity(withFigures(figures)).length, 1);
});

test("implausibleFigures() names a slipped prefix", () => {
  const figures = { "memory/device/bandwidth": { value: "3350 TB/s", ...AT } };
  assert.equal(implausibleFigures(withFigures(figures)).length, 1);
});

test("wideSpreads() names sources that disagree threefold", () => {
  const figures = {
    "power/max": [
      { value: "100 W", ...AT },
      { value: "300 W", ...AT },
    ],
  };
  assert.equal(wideSpreads(withFigures(figures)).length, 1);
});
