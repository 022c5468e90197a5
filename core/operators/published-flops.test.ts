import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import { decodeModelEntry, type ModelEntry } from "../model/index.ts";
import { expand, modelFlops, type Operator } from "./index.ts";

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

/**
 * FLOPs of the two towers of CLIP, of a picture's patches and of 77 tokens, as fvcore counts them: the text's scores under
 * its mask too, which we leave out (1.2 % of the smallest).
 *
 * Source: mlfoundations/open_clip docs/model_profile.csv (image_gflops, text_gflops)
 */
const TOWERS = [
  ["clip-vit-b-32", 50, 8.82e9, 5.96e9],
  ["clip-vit-b-16", 197, 35.13e9, 5.96e9],
  ["clip-vit-l-14", 257, 162.03e9, 13.3e9],
  ["clip-vit-l-14-336", 577, 381.92e9, 13.3e9],
  ["clip-vit-h-14", 257, 334.59e9, 47.09e9],
] as const;

/** FLOPs of scores that a causal mask hides, of sequences that begin with their first token. */
function masked(operators: readonly Operator[]): number {
  return operators.reduce((sum, { work, count, flops }) => {
    if (work.kind !== "attention" || !work.causal) return sum;
    return sum + (count * flops * (work.query - 1)) / (work.query + 1);
  }, 0);
}

for (const [id, patches, picture, text] of TOWERS) {
  test(`modelFlops() of both towers of ${id} are within 1 % of what open_clip prints`, () => {
    const entry = JSON.parse(readFileSync(new URL(`${id}.json`, FOLDER), "utf8")) as ModelEntry;
    const model = decodeModelEntry(entry);
    assert.ok(model.ok && model.value.kind === "transformer");
    for (const [stack, { role }] of model.value.stacks.entries()) {
      const [tokens, printed] = role === "vision" ? [patches, picture] : [77, text];
      const step = { stack, segments: [{ sequences: 1, query: tokens, prefix: 0 }] };
      const counted = modelFlops(model.value, step) + masked(expand({ model: model.value, step }));
      assert.ok(Math.abs(counted / printed - 1) < 0.01, `${role} ${counted}, printed ${printed}`);
    }
  });
}

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

/**
 * FLOPs of T5 over 512 tokens and their 114 of answer, as the authors of Switch Transformers print them. They do not say how they count; all three
 * come out where weights are used at the tokens of their own side (cross-attention's keys and values too, which are of the 512), the
 * vocabulary at each token of the answer, and one of attention's two products. The work that is really done is 10 to 20 % more.
 *
 * Source: Fedus et al. (arXiv 2101.03961), table 9 (FLOPs/seq); T5-Large is the released one of ReLU and 4,096
 */
const TRANSLATED = [
  ["t5-base", 124e9],
  ["t5-large", 425e9],
  ["flan-t5-xxl", 6.3e12],
] as const;

function flopsOf(operators: readonly Operator[], kind: Operator["work"]["kind"]): number {
  const counted = operators.filter(({ work }) => work.kind === kind);
  return counted.reduce((sum, { count, flops }) => sum + count * flops, 0);
}

for (const [id, printed] of TRANSLATED) {
  test(`expand() of ${id} makes the FLOPs that Switch Transformers print for it within 1 %`, () => {
    const decoded = decodeModelEntry(
      JSON.parse(readFileSync(new URL(`${id}.json`, FOLDER), "utf8")),
    );
    assert.ok(decoded.ok && decoded.value.kind === "transformer");
    const model = decoded.value;
    const both = (source: number) => {
      const [text, answer] = [
        { sequences: 1, query: 512, prefix: 0 },
        { sequences: 1, query: 114, prefix: 0, source },
      ];
      return [text, answer].flatMap((segment, stack) =>
        expand({ model, step: { stack, segments: [segment] } }),
      );
    };
    const logits = both(114).find(({ name }) => name === "head/logits");
    assert.ok(logits !== undefined);
    const products = flopsOf(both(114), "matmul") + 113 * logits.flops;
    const attended = flopsOf(both(512), "attention") + masked(both(512));
    const counted = products + attended / 2;
    assert.ok(Math.abs(counted / printed - 1) < 0.01, `${counted} where ${printed} is printed`);
  });
}
