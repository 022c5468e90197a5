/** A source file as the rules see it. */
import { dirname, join, normalize } from "node:path/posix";
import { masked, type Masked } from "./mask.ts";

export interface Import {
  /** Path of the file from the root, or the name of a package. */
  readonly from: string;
  readonly isPackage: boolean;
  /** Names taken, as the other file exports them; "*" is all of them. */
  readonly names: readonly string[];
  readonly line: number;
  /** Loaded when it is needed: `import("...")`. */
  readonly isLazy: boolean;
}

export interface SourceFile extends Masked {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Names declared here and exported; not those passed on from another file. */
  readonly exports: readonly string[];
}

/** What a rule found wrong. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** One law of the house. */
export type Rule = (files: readonly SourceFile[]) => readonly Violation[];

const IMPORT_STATEMENT =
  /^(?:import|export)\s+(?:type\s+)?(?<what>[\w*\s{},$]*?)\s*from\s*["'](?<from>[^"']+)["']/gmu;
const IMPORT_CALL = /\bimport\(\s*["'](?<from>[^"']+)["']\s*\)(?:\)?\.(?<what>\w+))?/gu;
const EXPORT =
  /^export\s+(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|function\*?|class|interface|type|enum)\s+(?<name>[\w$]+)/gmu;

export function sourceFile(path: string, text: string): SourceFile {
  const parts = masked(text);
  const imports = [IMPORT_STATEMENT, IMPORT_CALL].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => importOf(path, text, match)),
  );
  const exports = [...parts.code.matchAll(EXPORT)].map((match) => match.groups?.["name"] ?? "");
  return { path, text, ...parts, imports, exports };
}

function importOf(path: string, text: string, match: RegExpExecArray): Import {
  const { from = "", what = "" } = match.groups ?? {};
  const isPackage = !from.startsWith(".");
  return {
    from: isPackage ? from : normalize(join(dirname(path), from)),
    isPackage,
    names: namesOf(what),
    line: lineAt(text, match.index),
    isLazy: match[0].startsWith("import("),
  };
}

/** `{ a, type b as c }` takes a and b; `* as x` and a default take "*". */
function namesOf(what: string): readonly string[] {
  const list = /\{(?<list>[^}]*)\}/u.exec(what)?.groups?.["list"];
  if (list === undefined) return /^\w+$/u.test(what) ? [what, "*"] : ["*"];
  return list
    .split(",")
    .map(
      (item) =>
        item
          .replace(/^\s*type\s+/u, "")
          .trim()
          .split(/\s+as\s+/u)[0] ?? "",
    )
    .filter((name) => name !== "");
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || /\/(?:fixtures\/|_fake)/u.test(path);
}

/** Internal files without a test of their own that only tests and benches import. */
export function testSupport(files: readonly SourceFile[]): ReadonlySet<string> {
  const importers = (path: string): readonly SourceFile[] =>
    files.filter(({ imports }) => imports.some(({ from }) => from === path));
  const internal = files.filter(({ path }) => /\/_[^/]+$/u.test(path));
  const support = internal.filter(({ path }) => {
    const users = importers(path);
    return users.length > 0 && users.every(({ path: by }) => isTest(by) || by.startsWith("bench/"));
  });
  return new Set(support.map(({ path }) => path));
}

/** Nouns of a stage may stand together in one file. */
export const NOUN_FILES = /\/(?:types|model|files|network|operator|device)\.ts$/u;

export function isCore(path: string): boolean {
  return path.startsWith("core/");
}

/** Each place in `text` that `pattern` matches, as a violation. */
export function violationsAt(
  { path }: SourceFile,
  text: string,
  pattern: RegExp,
  message: (found: string) => string,
): readonly Violation[] {
  return [...text.matchAll(pattern)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    message: message(match[0].trim()),
  }));
}
