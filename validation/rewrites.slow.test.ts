import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../core/model/onnx/index.ts";
import { Draft, rewriteExact, type RewriteOptions } from "../core/optimise/index.ts";
import { file } from "../core/model/onnx/_fake-models.ts";
import fc from "fast-check";
import { generatedGraph } from "./_fake-networks.ts";
import { conformanceFiles } from "./_onnx-oracle.ts";
import type { PairAnswer, PairQuestion } from "./_ort-child.ts";
import { pairAnswers } from "./_ort-pairs.ts";

const FILES = conformanceFiles();
const LACKS = FILES.length === 0 ? "libonnx-testdata is not installed" : false;

/** Rewritten models that have an edit, beside the file each is of; `refused` are those not rewritten. */
async function rewritten(folder: string, options: RewriteOptions) {
  const questions: PairQuestion[] = [];
  const refused: string[] = [];
  for (const [index, before] of FILES.entries()) {
    const model = await decodeOnnxFile(new Uint8Array(readFileSync(before)));
    assert.ok(model.ok, before);
    const draft = Draft.of(model.value);
    const result = rewriteExact(draft, options);
    if (!result.ok) refused.push(before);
    if (!result.ok || draft.log.length === 0) continue;
    const after = join(folder, `${index}.onnx`);
    writeFileSync(after, encodeOnnxFile(draft.sealed()));
    const given = join(dirname(before), "test_data_set_0");
    questions.push({ before, after, inputs: existsSync(given) ? given : { whole: 0 } });
  }
  return { questions, refused };
}

/** Answers that are not "the same", with what they are of. */
function unlike(questions: readonly PairQuestion[], answers: readonly PairAnswer[]) {
  return answers.flatMap((answer, index) => {
    const isWrong = answer.kind === "broken" || answer.kind === "crashed";
    const isUnlike = answer.kind === "ran" && answer.unlike.length > 0;
    return isWrong || isUnlike ? [{ file: questions[index]?.before, ...answer }] : [];
  });
}

for (const target of ["native", "wasm"] as const) {
  test(
    `rewriteExact() for ${target} leaves what conformance models give as it was`,
    { skip: LACKS },
    async (context) => {
      const folder = mkdtempSync(join(tmpdir(), "tenlane-rewrites-"));
      try {
        const { questions, refused } = await rewritten(folder, { target });
        const answers = await pairAnswers(questions);
        const wrong = unlike(questions, answers);
        const ran = answers.filter(({ kind }) => kind === "ran").length;
        context.diagnostic(`${questions.length} rewritten, ${ran} ran, ${refused.length} refused`);
        assert.deepEqual(wrong, []);
        assert.deepEqual(refused, []);
        assert.ok(ran > 200, `${ran} ran`);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
}

const GRAPHS = 240;

for (const target of ["native", "wasm"] as const) {
  test(`rewriteExact() for ${target} of generated networks gives what they gave, within rounding`, async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "tenlane-generated-"));
    try {
      const numbers = fc.array(fc.nat({ max: 999 }), { minLength: 6, maxLength: 40 });
      const questions: PairQuestion[] = [];
      const used = new Set<string>();
      for (const [index, drawn] of fc.sample(numbers, { numRuns: GRAPHS, seed: 7 }).entries()) {
        const [before, after] = [`before${index}`, `after${index}`].map((name) =>
          join(folder, name),
        );
        const bytes = file(generatedGraph(drawn), { opset: 13 });
        const model = await decodeOnnxFile(bytes);
        assert.ok(model.ok && before !== undefined && after !== undefined);
        const draft = Draft.of(model.value);
        assert.deepEqual(rewriteExact(draft, { target }), { ok: true, value: undefined });
        for (const { rewrite } of draft.log) used.add(rewrite);
        writeFileSync(before, bytes);
        writeFileSync(after, encodeOnnxFile(draft.sealed()));
        questions.push({ before, after, inputs: { whole: 0 } });
      }
      const answers = await pairAnswers(questions);
      assert.deepEqual(unlike(questions, answers), []);
      const ran = answers.filter(({ kind }) => kind === "ran").length;
      const worst = Math.min(
        ...answers.map((each) => (each.kind === "ran" ? (each.worst ?? Infinity) : Infinity)),
      );
      context.diagnostic(
        `${ran} of ${GRAPHS} ran, at worst ${worst.toFixed(0)} dB; ${[...used].join(", ")}`,
      );
      assert.ok(ran === GRAPHS, `${ran} ran`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
