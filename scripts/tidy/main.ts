/** Checks the laws of STYLE.md that a machine can check. Exit status 1 where one is broken. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path/posix";
import { rules } from "./rules.ts";
import { sourceFile, type Violation } from "./source-file.ts";

const FOLDERS = "{core,cli,measure,web,validation,examples,scripts,bench}";

const files = globSync(`${FOLDERS}/**/*.{ts,tsx}`).map((path) => {
  const plain = path.replaceAll("\\", "/");
  return sourceFile(plain, readFileSync(path, "utf8"));
});
const ids = entries("catalogue/{accelerators,systems}/*.json");
const models = entries("catalogue/models/*.json");

const violations = rules(ids, models)
  .flatMap((rule) => rule(files))
  .toSorted(byPlace);
for (const { path, line, message } of violations) console.error(`${path}:${line}: ${message}`);
console.log(`tidy: ${files.length} files, ${violations.length} violations`);
if (violations.length > 0) process.exitCode = 1;

function entries(pattern: string): ReadonlySet<string> {
  return new Set(globSync(pattern).map((path) => basename(path.replaceAll("\\", "/"), ".json")));
}

function byPlace(a: Violation, b: Violation): number {
  return a.path.localeCompare(b.path) || a.line - b.line;
}
