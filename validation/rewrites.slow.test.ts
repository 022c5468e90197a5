import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { decodeOnnxFile, encodeOnnxFile } from "../core/model/onnx/index.ts";
import { Draft, rewriteExact, type RewriteOptions } from "../core/optimise/index.ts";
import { conformanceFiles } from "./_onnx-oracle.ts";
import type { PairQuestion } from "./_ort-child.ts";
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

for (const target of ["native", "wasm"] as const) {
  test(
    `rewriteExact() for ${target} leaves what conformance models give as it was`,
    { skip: LACKS },
    async (context) => {
      const folder = mkdtempSync(join(tmpdir(), "tenlane-rewrites-"));
      try {
        const { questions, refused } = await rewritten(folder, { target });
        const answers = await pairAnswers(questions);
        const wrong = answers.flatMap((answer, index) => {
          const isWrong = answer.kind === "broken" || answer.kind === "crashed";
          const isUnlike = answer.kind === "ran" && answer.unlike.length > 0;
          return isWrong || isUnlike ? [{ file: questions[index]?.before, ...answer }] : [];
        });
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
