import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { catalogue, claims } from "../../core/index.ts";
import { inKorean } from "./core-ko.ts";

/** Folders whose sentences reach the page, and their files that stay in English, with the reason. */
const READ = "core/{catalogue,claim,estimate,model,operators,plan,worth}/**/*.ts";
const READ_OF_PAGE = "{cli/hub,web/hub,web/worker/*}.ts";
const ENGLISH_FILES: readonly (readonly [RegExp, string])[] = [
  [/\.test\.ts$|\/fixtures\//u, "tests"],
  [/\/model\/(?:architectures|onnx)\//u, "fields of a format, for who wrote the file"],
  [/\/model\/_(?!quantisation)/u, "fields of a format, for who wrote the file"],
  [/\/catalogue\/(?:_check|decode|figures|grids)\.ts$/u, "files of the catalogue, checked before"],
  [/\/plan\/(?:workload|training-run)\.ts$/u, "flags and files of the command line"],
  [/\/worth\/(?:energy|rental|upkeep)\.ts$/u, "terms that no view shows"],
];

const PART = "part of a sentence that has Korean";
const NAME = "a name: views have their own words for it";
const TITLE = "a title or a term of a publication";
const CAUGHT = "caught, and said as what was expected";
const FLAGGED = "of a flag or a file that the page does not have";
/** Texts of the rest that are no sentence of the page, each with the reason. */
const ENGLISH: Readonly<Record<string, string>> = {
  "time of a batch": PART,
  "time of a step, 7": PART,
  "tensor × data ÷ expert": PART,
  "; did you mean 7?": PART,
  "7; no ratio of their datasheets is above 7": PART,
  "a device of the catalogue7": PART,
  "7: expected 7, got 7": PART,
  "share of hours at work": NAME,
  "running a device, USD an hour": NAME,
  "rent of a device, USD an hour": NAME,
  "what a dollar buys more, a year": NAME,
  "next generation over the trend": NAME,
  "price of a device, its host and network, USD": NAME,
  "power at the wall, W": NAME,
  "server over its devices, price": NAME,
  "scores over the vocabulary": NAME,
  "scores kept apart": NAME,
  "Machine of this link": NAME,
  "peak of the fastest floats": NAME,
  "SGD with momentum": NAME,
  "7 experts 7": NAME,
  "holds in part": NAME,
  "does not hold": NAME,
  "7; price of 7": TITLE,
  "Leviathan et al. 2023, table 2": TITLE,
  "Spec-Bench leaderboard, prompt look-up": TITLE,
  "DeepSeek-V3 technical report, section 5.4.3": TITLE,
  "EAGLE, arXiv 2401.15077, chain acceptance": TITLE,
  "tariff of 7: 7": FLAGGED,
  'an engine "static"': FLAGGED,
  "from 1 to 16 bits a weight": FLAGGED,
  "a group_0 with weights": FLAGGED,
  "unfolds without end": CAUGHT,
};

/** Literals of three words and more, a placeholder as "7"; what an assertion says is for programmers. */
function sentencesOf(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gmu, "");
  return [...code.matchAll(/`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'/gu)]
    .filter(({ index }) => !/\bassert\([^;]*$/u.test(code.slice(0, index).split(";").at(-1) ?? ""))
    .map(([, template, double, single]) =>
      (template ?? double ?? single ?? "").replaceAll(/\$\{[^}]*(?:\}|$)/gu, "7"),
    )
    .filter((text) => text.trim().split(/\s+/u).length >= 3 && /\p{L}{2}/u.test(text));
}

test("inKorean() knows every sentence of the core that a view can show", () => {
  const files = [READ, READ_OF_PAGE].flatMap((pattern) => globSync(pattern));
  const read = files.filter((file) => !ENGLISH_FILES.some(([english]) => english.test(file)));
  const sentences = read.flatMap((file) => sentencesOf(readFileSync(file, "utf8")));
  assert.ok(sentences.length > 80, `${sentences.length} sentences`);
  const lacking = read.flatMap((file) =>
    sentencesOf(readFileSync(file, "utf8"))
      .filter((text) => inKorean(text) === null && ENGLISH[text] === undefined)
      .map((text) => `${file}: ${text}`),
  );
  assert.deepEqual(lacking, []);
});

test("inKorean() keeps every figure of the catalogue's claims", () => {
  const read = claims(catalogue);
  assert.ok(read.ok && read.value.length > 0);
  const texts = read.value.flatMap(({ facts, because }) => [
    because,
    ...facts.map(({ text }) => text),
  ]);
  for (const text of texts) {
    const said = inKorean(text) ?? "";
    const figures = text.replace("24.6 billion", "246").match(/\d[\d.,]*\d|\d/gu) ?? [];
    for (const figure of figures) assert.ok(said.includes(figure), `${figure} of “${text}”`);
    assert.match(said, /\p{Script=Hangul}/u, text);
  }
});

test("inKorean() is null of a title, and keeps names and figures of a sentence", () => {
  assert.equal(inKorean("MLPerf Inference power runs: 0.25 of a server of eight B200"), null);
  assert.equal(
    inKorean('"tensor" must be a divisor of 64 heads, got 3'),
    "“tensor”에 필요한 값은 헤드 64개의 약수, 받은 값은 3",
  );
  assert.equal(
    inKorean("NVIDIA A10G (AWS) has no bf16 units; computed in fp16"),
    "NVIDIA A10G (AWS)에 bf16 연산기가 없어 fp16으로 계산",
  );
});
