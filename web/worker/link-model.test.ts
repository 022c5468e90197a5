import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { catalogue, decodeModelEntry, type ModelEntry } from "../../core/index.ts";
import { LINK_MAX } from "../own-models.ts";
import { linkedModel, linkText } from "./link-model.ts";
import { Refusal } from "./refusal.ts";

test("linkedModel() of linkText() is the model, of every one of the catalogue, and each fits an address", async () => {
  let models = 0;
  for (const entry of catalogue.models as readonly ModelEntry[]) {
    const model = decodeModelEntry(entry);
    assert.ok(model.ok);
    const text = await linkText(model.value);
    assert.match(text, /^[\w-]+$/u);
    assert.ok(text.length <= LINK_MAX, `${entry.id}: ${text.length} letters`);
    assert.deepEqual(await linkedModel(text), model.value);
    models += 1;
  }
  assert.ok(models > 90);
});

/** `written` stands in the text where `name` would: what JSON.stringify() does not write. */
const packed = (value: unknown, name = "", written = ""): string =>
  deflateRawSync(JSON.stringify(value).replace(name, written)).toString("base64url");

test("linkedModel() refuses what is no model, and what unfolds without end", async () => {
  const entries = catalogue.models as readonly ModelEntry[];
  const model = decodeModelEntry(entries.find(({ id }) => id === "qwen3-32b")!);
  assert.ok(model.ok && model.value.kind === "transformer");
  const [stack] = model.value.stacks;
  const { id, name, source, numerics } = model.value;
  const common = { id, name, source, numerics };
  const whole = packed(model.value);
  assert.deepEqual(await linkedModel(whole), model.value);
  for (const text of [
    "",
    "not a link",
    whole.slice(0, whole.length / 2),
    packed(null),
    packed({ ...model.value, weights: 1 }),
    packed({ ...model.value, stacks: [] }),
    packed({ ...model.value, stacks: [{ ...stack, hidden: -1 }] }),
    packed({ ...model.value, stacks: [{ ...stack, hidden: 1e300 }] }),
    packed({ ...model.value, name: "x".repeat(2 ** 23) }),
    packed({ ...model.value, name: "x".repeat(2001) }),
    packed({ ...model.value, stacks: [{ ...stack, hidden: 7777 }] }, "7777", "1e400"),
    packed({ ...model.value, proto: 1 }, "proto", "__proto__"),
    packed({ ...model.value, proto: 1 }, "proto", "constructor"),
    packed({ kind: "network", ...common, inputs: [], nodes: [] }),
    "A".repeat(LINK_MAX + 1),
  ]) {
    await assert.rejects(linkedModel(text), Refusal, text.slice(0, 40));
  }
});
