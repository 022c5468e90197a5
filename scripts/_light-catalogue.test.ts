import assert from "node:assert/strict";
import { test } from "node:test";
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  devices,
  extendCatalogue,
  findModel,
  grids,
  offers,
  systemFor,
  type Claim,
  type ModelEntry,
} from "../core/index.ts";
import { lightCatalogue } from "./_light-catalogue.ts";

const light = lightCatalogue(catalogue);
const models = light.models as readonly ModelEntry[];
const byId = new Map(models.map((entry) => [entry.id, entry]));

test("lightCatalogue() has the devices, systems, offers and grids of the whole one", () => {
  assert.deepEqual(devices(light), devices(catalogue));
  assert.deepEqual(offers(light), offers(catalogue));
  assert.deepEqual(grids(light), grids(catalogue));
  for (const device of devices(light)) {
    assert.deepEqual(systemFor(light, device), systemFor(catalogue, device));
  }
});

test("lightCatalogue() has the names of every model and the sizes of pictures, so names mean the same", () => {
  const all = catalogue.models as readonly ModelEntry[];
  const named = ({ id, name, network }: ModelEntry) => [id, name, network?.["image"]];
  assert.deepEqual(
    all.map(({ id }) => named(byId.get(id) ?? assert.fail(id))),
    all.map(named),
  );
  assert.equal(models.length, all.length);
  for (const { id, aliases } of all) {
    for (const each of aliases) {
      const [ours, theirs] = [findModel(models, each), findModel(all, each)];
      assert.ok(ours.ok && theirs.ok, `${each} of ${id}`);
      assert.equal(ours.value.entry.id, theirs.value.entry.id, each);
    }
  }
  for (const name of ["resnet50 176px", "llama-3.1-8b 176px", "resnet-5x", "qwen3-32b-fp8"]) {
    const ours = findModel(models, name);
    const theirs = findModel(all, name);
    if (!ours.ok || !theirs.ok) {
      assert.deepEqual(ours, theirs);
      continue;
    }
    const { entry, ...rest } = theirs.value;
    assert.deepEqual(ours.value, { ...rest, entry: models.find(({ id }) => id === entry.id) });
  }
});

test("lightCatalogue() has engines without where their defaults were read, and of claims what a list shows", () => {
  const engines = (catalogue.engines as readonly object[]).map((each) => ({
    ...each,
    sources: {},
  }));
  assert.deepEqual(light.engines.map(decodeEngine), engines.map(decodeEngine));
  assert.deepEqual(
    light.claims,
    (catalogue.claims as readonly Claim[]).map(({ id, statement, verdict }) => ({
      id,
      statement,
      verdict,
    })),
  );
});

test("lightCatalogue() has all but networks and encoders whole, without where their figures were read", () => {
  for (const entry of catalogue.models as readonly ModelEntry[]) {
    const ours = byId.get(entry.id);
    assert.ok(ours !== undefined);
    if (ours.config?.["model_type"] === undefined) {
      const whole = decodeModelEntry(entry);
      const isWritten = whole.ok && whole.value.kind === "transformer" ? whole.value.stacks : [];
      assert.ok(!isWritten.some(({ role }) => role === "decoder"), entry.id);
      continue;
    }
    assert.deepEqual(decodeModelEntry(ours), decodeModelEntry({ ...entry, source: "" }));
  }
});

test("lightCatalogue() takes a user's machine whose figures name sources of the catalogue", () => {
  const [device] = catalogue.accelerators;
  assert.ok(device !== undefined);
  const own = { accelerators: [{ ...device, id: "own" }] };
  assert.ok(extendCatalogue(light, own).ok);
});

test("lightCatalogue() is less than six tenths of the whole", () => {
  const size = (value: unknown): number => JSON.stringify(value).length;
  assert.ok(size(light) < 0.6 * size(catalogue));
});
