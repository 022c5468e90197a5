import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { memorySource } from "./byte-source.ts";
import type { Stack, Transformer } from "./model.ts";
import { parameterCount } from "./parameter-count.ts";
import { readModel } from "./read-model.ts";

const FOLDER = new URL("fixtures/", import.meta.url);

function json(name: string, file: string): unknown {
  return JSON.parse(readFileSync(new URL(`${name}/${file}`, FOLDER), "utf8"));
}

/** What a reader must get right, short enough to check against a model card by eye. */
function summary(model: Transformer): unknown {
  return {
    parameters: parameterCount(model),
    numerics: model.numerics.name,
    stacks: model.stacks.map(stackSummary),
  };
}

function stackSummary(stack: Stack): unknown {
  const layers = stack.layers.flatMap(({ count, layer }) =>
    Array.from({ length: count }, () => {
      const mixers = layer.mixers.map((mixer) =>
        mixer.kind === "attention" && mixer.window !== null ? "window" : mixer.kind,
      );
      return [...mixers, layer.feedForward?.kind ?? "none"].join(" + ");
    }),
  );
  const kinds = [...new Set(layers)];
  return {
    role: stack.role,
    hidden: stack.hidden,
    layers: Object.fromEntries(
      kinds.map((kind) => [kind, layers.filter((each) => each === kind).length]),
    ),
  };
}

for (const name of readdirSync(FOLDER)) {
  test(`readModel() of fixtures/${name} is as its expectation says`, async () => {
    const bytes = memorySource(readFileSync(new URL(`${name}/config.json`, FOLDER)));
    const model = await readModel({ bytes, source: name });
    if (existsSync(new URL(`${name}/failure.json`, FOLDER))) {
      assert.ok(!model.ok);
      assert.deepEqual({ path: model.error.path }, json(name, "failure.json"));
      return;
    }
    assert.ok(model.ok && model.value.kind === "transformer", JSON.stringify(model));
    assert.deepEqual(summary(model.value), json(name, "expected.json"));
  });
}
