/** What comments must say, and what they must not. */
import { isTest, NOUN_FILES, violationsAt, type Rule } from "./source-file.ts";

/** Formulas name where they come from. Entrances and files of types alone have none. */
export const sources: Rule = (files) =>
  files
    .filter(({ path }) => /^core\/(?:operators|estimate)\//u.test(path) && !isTest(path))
    .filter(({ path }) => !NOUN_FILES.test(path))
    .filter(({ code, comments }) => hasFunction(code) && !comments.includes("Source:"))
    .map(({ path }) => ({
      path,
      line: 1,
      message: "name where the formulas come from: Source: ...",
    }));

function hasFunction(code: string): boolean {
  const body = code.replaceAll(/^import \* as .*$/gmu, "");
  return /\bfunction\b|=>\s*[^=]/u.test(body) && /[*/]\s*[\w(]/u.test(body);
}

const UNWANTED: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^\s*(?:\/\/|\*)\s*[-=*#─━]{4,}.*$/gmu, "no banner comments: split the file instead"],
  [/\b(?:TODO|FIXME|XXX|HACK)\b/gu, "no reminders in code: file an issue"],
  [
    /\b(?:previously|used to be|refactored|improved version)\b/giu,
    "comments tell what is, the log what was",
  ],
];

export const comments: Rule = (files) =>
  files
    .filter(({ path }) => !path.startsWith("scripts/tidy/"))
    .flatMap((file) =>
      UNWANTED.flatMap(([pattern, why]) => violationsAt(file, file.comments, pattern, () => why)),
    );
