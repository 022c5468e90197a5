import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { catalogue, devices, extendCatalogue } from "../../core/index.ts";
import { LINK_MAX } from "../own-models.ts";
import type { Machine } from "../road/own-device.ts";
import { linkedMachine, machineEntries } from "./link-machine.ts";
import { packed } from "./link-text.ts";
import { Refusal } from "./refusal.ts";

const machine: Machine = {
  kind: "cpu",
  compute: 4.15e10,
  bandwidth: 2.07e10,
  memory: 1.72e10,
  cores: 8,
  date: "2026-11-29",
};

test("linkedMachine() of packed() is the machine, in less than 200 letters", async () => {
  const text = await packed(machine);
  assert.match(text, /^[\w-]+$/u);
  assert.ok(text.length < 200, text);
  assert.deepEqual(await linkedMachine(text), machine);
  const gpu = { ...machine, kind: "gpu", compute: 6.66e13 } as const;
  assert.deepEqual(await linkedMachine(await packed(gpu)), gpu);
});

test("machineEntries() adds one device to the catalogue, whose name says whose it is, and replaces none", async () => {
  for (const [isLinked, name] of [
    [false, "My machine"],
    [true, "Machine of this link"],
  ] as const) {
    const extended = extendCatalogue(
      catalogue,
      await machineEntries(await packed(machine), isLinked),
    );
    assert.ok(extended.ok, JSON.stringify(extended));
    const all = devices(extended.value);
    const own = all.find(({ id }) => id === "my-machine");
    assert.equal(own?.name, name);
    assert.equal(own.peak.fp32, 41.5e9);
    assert.equal(own.memory?.bandwidth, 20.7e9);
    assert.deepEqual(
      all.filter((device) => device !== own),
      devices(catalogue),
    );
  }
});

const deflated = (json: string): string => deflateRawSync(json).toString("base64url");
const whole = JSON.stringify(machine);

/** Links that a stranger may write: each with what it is. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ["nothing", ""],
  ["letters of no link", "<script>alert(1)</script>"],
  ["one cut short", deflated(whole).slice(0, 40)],
  ["no object", deflated("null")],
  ["a number past all numbers", deflated(whole.replace("41500000000", "1e400"))],
  ["a number that no browser reaches", deflated(whole.replace("41500000000", "1e300"))],
  ["a number below none", deflated(whole.replace("41500000000", "-1"))],
  ["no whole cores", deflated(whole.replace('"cores":8', '"cores":8.5'))],
  ["a text for a number", deflated(whole.replace("41500000000", '"4.15e10"'))],
  ["no date", deflated(whole.replace("2026-11-29", "2026-13-45"))],
  ["markup for a date", deflated(whole.replace("2026-11-29", "<img src=x onerror=alert(1)>"))],
  ["a name", deflated(whole.replace("{", '{"name":"<img src=x onerror=alert(1)>",'))],
  ["an id of another device", deflated(whole.replace("{", '{"id":"h100-sxm",'))],
  ["a key of prototypes", deflated(whole.replace("{", '{"__proto__":{"kind":"gpu"},'))],
  ["a constructor", deflated(whole.replace("{", '{"constructor":{"prototype":{}},'))],
  ["entries of a catalogue", deflated(JSON.stringify({ accelerators: [], sources: {} }))],
  ["what unfolds without end", deflated(`"${"a".repeat(2 ** 24)}"`)],
  ["more letters than an address takes", "A".repeat(LINK_MAX + 1)],
];

for (const [what, text] of HOSTILE) {
  test(`linkedMachine() refuses ${what}, in a few words`, async () => {
    const error = await linkedMachine(text).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof Refusal, `${String(error)}`);
    assert.match(
      error.refused.expected,
      /^(?:a device in the address, whole|at most \d+ characters)$/u,
    );
    assert.ok(error.refused.got.length <= 60 && error.refused.path.length <= 60, error.message);
    assert.equal(({} as { kind?: string }).kind, undefined);
  });
}
