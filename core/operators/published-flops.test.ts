import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { decodeModelEntry, type ModelEntry } from "../model/index.ts";
import { modelFlops } from "./index.ts";

const FOLDER = new URL("../../catalogue/models/", import.meta.url);

/**
 * FLOPs of one sample of so many tokens, as printed.
 *
 * Source: pytorch/vision torchvision/models/vision_transformer.py, "_ops" in multiply-accumulates (three digits after the
 * point since 0.15); Jiao et al., "TinyBERT" (arXiv 1909.10351), table 1, teacher at 128 tokens
 */
const PRINTED = [
  ["vit-base-16", 197, 2 * 17.564e9],
  ["vit-base-32", 50, 2 * 4.409e9],
  ["vit-large-16", 197, 2 * 61.555e9],
  ["vit-large-32", 50, 2 * 15.378e9],
  ["vit-huge-14", 257, 2 * 167.295e9],
  ["bert-base", 128, 22.5e9],
] as const;

for (const [id, tokens, printed] of PRINTED) {
  test(`modelFlops() of ${id} is within 1 % of the published count`, () => {
    const text = readFileSync(new URL(`${id}.json`, FOLDER), "utf8");
    const model = decodeModelEntry(JSON.parse(text) as ModelEntry);
    assert.ok(model.ok && model.value.kind === "transformer");
    const step = { segments: [{ sequences: 1, query: tokens, prefix: 0 }] };
    const counted = modelFlops(model.value, step);
    assert.ok(Math.abs(counted / printed - 1) < 0.01, `${counted} where ${printed} is printed`);
  });
}
