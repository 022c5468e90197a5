import assert from "node:assert/strict";
import { test } from "node:test";
import { comments, sources } from "./comments.ts";
import { deadExports, exportCount } from "./exports.ts";
import { entrances, heldOut, importTable, noCycles } from "./imports.ts";
import { bannedWords, unitSuffixes } from "./names.ts";
import { noIds, purity } from "./purity.ts";
import { sourceFile, type Rule } from "./source-file.ts";

/** Messages of a rule over files given as path → text. */
function found(rule: Rule, files: Readonly<Record<string, string>>): readonly string[] {
  return rule(Object.entries(files).map(([path, text]) => sourceFile(path, text))).map(
    ({ message }) => message,
  );
}

interface Case {
  readonly rule: Rule;
  readonly title: string;
  readonly good: Readonly<Record<string, string>>;
  readonly bad: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    rule: importTable,
    title: "importTable lets estimate import operators, not the other way round",
    good: { "core/estimate/a.ts": 'import { x } from "../operators/index.ts";' },
    bad: { "core/operators/a.ts": 'import { x } from "../estimate/index.ts";' },
  },
  {
    rule: importTable,
    title: "importTable keeps the core from the shells",
    good: { "core/plan/a.ts": 'import * as z from "zod";' },
    bad: { "core/plan/a.ts": 'import { x } from "../../cli/files.ts";' },
  },
  {
    rule: importTable,
    title: "importTable keeps stages from the entrance of the whole core",
    good: { "core/index.ts": 'export { x } from "./plan/index.ts";' },
    bad: { "core/plan/a.ts": 'import { x } from "../index.ts";' },
  },
  {
    rule: importTable,
    title: "importTable keeps top files from stages",
    good: { "core/interval.ts": 'import { assert } from "./assert.ts";' },
    bad: { "core/interval.ts": 'import { x } from "./plan/index.ts";' },
  },
  {
    rule: entrances,
    title: "entrances are the index.ts of a stage",
    good: {
      "cli/a.ts": 'import { x } from "../core/plan/index.ts";',
      "core/plan/b.ts": 'import { x } from "./rank.ts";',
    },
    bad: { "cli/a.ts": 'import { x } from "../core/plan/rank.ts";' },
  },
  {
    rule: heldOut,
    title: "heldOut closes validation/truth to all but validation",
    good: { "validation/a.ts": 'import x from "./truth/a.json" with { type: "json" };' },
    bad: { "core/a.ts": 'import x from "../validation/truth/a.json" with { type: "json" };' },
  },
  {
    rule: noCycles,
    title: "noCycles finds a cycle of types and allows one of lazy imports",
    good: { "cli/a.ts": 'import { b } from "./b.ts";', "cli/b.ts": 'await import("./a.ts");' },
    bad: {
      "cli/a.ts": 'import { b } from "./b.ts";',
      "cli/b.ts": 'import type { A } from "./a.ts";',
    },
  },
  {
    rule: bannedWords,
    title: "bannedWords refuses names that say nothing",
    good: { "cli/a.ts": "const processed = 1;\nconst doubled = 2;\nconst services = [];" },
    bad: { "cli/a.ts": "class CacheManager {}" },
  },
  {
    rule: bannedWords,
    title: "bannedWords refuses verbs that say nothing",
    good: { "cli/a.ts": 'const text = "function processRow() {}";' },
    bad: { "cli/a.ts": "function processRow() {}" },
  },
  {
    rule: unitSuffixes,
    title: "unitSuffixes keep units out of names in core, and in shells let them be",
    good: { "cli/a.ts": "const timeoutMilliseconds = 5;", "core/a.ts": "const atomsMax = 1;" },
    bad: { "core/a.ts": "interface A {\n  readonly timeMs: number;\n}" },
  },
  {
    rule: purity,
    title: "purity refuses a try, and the word in a comment or text is none",
    good: { "core/a.ts": '/** Does not try { x }. */\nexport const a = "try { x }";' },
    bad: { "core/a.ts": "try { f(); } catch {}" },
  },
  {
    rule: purity,
    title: "purity refuses a clock in core, not in shells",
    good: { "cli/a.ts": "Date.now();" },
    bad: { "core/a.ts": "Date.now();" },
  },
  {
    rule: noIds(new Set(["h100-sxm"]), new Set(["gpt2"])),
    title: "noIds refuses a device by name, in tests only allows it",
    good: { "core/a.test.ts": 'find("h100-sxm");' },
    bad: { "core/plan/a.ts": 'if (device.id === "h100-sxm") f();' },
  },
  {
    rule: noIds(new Set(), new Set(["gpt2"])),
    title: "noIds lets readers know architectures that models share a name with",
    good: { "core/model/a.ts": 'const known = ["gpt2"];' },
    bad: { "core/estimate/a.ts": 'const known = ["gpt2"];' },
  },
  {
    rule: sources,
    title: "sources are asked of formulas in operators and estimate",
    good: {
      "core/estimate/a.ts":
        "/** Source: paper, 3 */\nexport function f(x: number) { return 2 * x; }",
      "core/estimate/index.ts": 'export { f } from "./a.ts";',
    },
    bad: { "core/estimate/a.ts": "export function f(x: number) { return 2 * x; }" },
  },
  {
    rule: comments,
    title: "comments hold no banners",
    good: { "cli/a.ts": "// a - b" },
    bad: { "cli/a.ts": "// -------- section --------" },
  },
  {
    rule: comments,
    title: "comments hold no reminders, and code may speak of them",
    good: { "cli/a.ts": 'const words = ["TODO"];' },
    bad: { "cli/a.ts": "// TODO: later" },
  },
  {
    rule: exportCount,
    title: "exportCount counts values, and types ride along",
    good: { "cli/a.ts": lines(30, (n) => `export type T${n} = ${n};`) },
    bad: { "cli/a.ts": lines(11, (n) => `export const a${n} = ${n};`) },
  },
  {
    rule: deadExports,
    title: "deadExports refuses what only a test imports",
    good: {
      "cli/a.ts": "export const a = 1;",
      "cli/b.ts": 'import { a } from "./a.ts";',
    },
    bad: {
      "cli/a.ts": "export const a = 1;",
      "cli/a.test.ts": 'import { a } from "./a.ts";',
    },
  },
  {
    rule: deadExports,
    title: "deadExports sees names passed on, imported as another, lazily, or used at home",
    good: {
      "cli/a.ts":
        "export const a = 1;\nexport const b = 1;\nexport const c = 2;\nexport const d = c;",
      "cli/e.ts": 'export { a, d as e } from "./a.ts";',
      "cli/f.ts": 'const b = (await import("./a.ts")).b;',
    },
    bad: { "cli/a.ts": "export interface Lonely {}" },
  },
];

for (const { rule, title, good, bad } of CASES) {
  test(title, () => {
    assert.deepEqual(found(rule, good), []);
    assert.equal(found(rule, bad).length, 1, `${found(rule, bad).join("; ")}`);
  });
}

test("deadExports lets tests share an internal file of fixtures", () => {
  const files = {
    "cli/_models.ts": "export const small = 1;",
    "cli/a.test.ts": 'import { small } from "./_models.ts";',
  };
  assert.deepEqual(found(deadExports, files), []);
});

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join("\n");
}
