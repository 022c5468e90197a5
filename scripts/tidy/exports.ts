/** What files offer: not too much, and nothing that nobody takes. */
import { isTest, testSupport, type Import, type Rule, type SourceFile } from "./source-file.ts";

/** Values; types that go with them are free. */
const EXPORTS_MAX = 10;
const VALUE_EXPORT = /^export\s+(?:async\s+)?(?:const|function|class)/gmu;
export const exportCount: Rule = (files) =>
  files
    .map(({ path, code }) => ({ path, count: [...code.matchAll(VALUE_EXPORT)].length }))
    .filter(({ count }) => count > EXPORTS_MAX)
    .map(({ path, count }) => ({
      path,
      line: 1,
      message: `${count} exports, at most ${EXPORTS_MAX}: one concept a file`,
    }));

/** Vocabularies: offered whole. */
const OPEN: ReadonlySet<string> = new Set(["core/index.ts", "core/units.ts"]);

/** An export is used in its own file, by another that is no test, or is public through core/index.ts. */
export const deadExports: Rule = (files) => {
  const taken = new Map<string, Set<string>>();
  const support = testSupport(files);
  const imports = files.filter(({ path }) => !isTest(path)).flatMap((file) => file.imports);
  for (const each of imports) take(taken, each);
  return files
    .filter(({ path }) => !isTest(path) && !support.has(path) && !OPEN.has(path))
    .flatMap((file) => unusedOf(file, taken.get(file.path)));
};

function occurrences(code: string, name: string): number {
  return [...code.matchAll(/[\w$]+/gu)].filter(([word]) => word === name).length;
}

function take(taken: Map<string, Set<string>>, { from, names }: Import): void {
  const known = taken.get(from) ?? new Set();
  for (const name of names) known.add(name);
  taken.set(from, known);
}

function unusedOf(
  { path, exports, code }: SourceFile,
  names: ReadonlySet<string> = new Set(),
): readonly { path: string; line: number; message: string }[] {
  if (names.has("*")) return [];
  return exports
    .filter((name) => !names.has(name) && occurrences(code, name) < 2)
    .map((name) => ({
      path,
      line: 1,
      message: `nobody imports "${name}": delete it or its export`,
    }));
}
