/** The core answers from its arguments alone. */
import { isCore, isTest, testSupport, violationsAt, type Rule } from "./source-file.ts";

const FORBIDDEN: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/\btry\s*\{/gu, "no try in core: refuse with a Result"],
  [
    /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.now\b/gu,
    "no clock in core: time is an argument",
  ],
  [/\bMath\.random\b/gu, "no Math.random in core: the seed is an argument"],
  [/\bconsole\./gu, "no console in core: return the text"],
  [/\bprocess\.|\bglobalThis\b/gu, "no environment in core"],
  [/\bas any\b|:\s*any\b/gu, "no any in core"],
];

export const purity: Rule = (files) =>
  files
    .filter(({ path }) => isCore(path) && !isTest(path))
    .flatMap((file) =>
      FORBIDDEN.flatMap(([pattern, why]) => violationsAt(file, file.code, pattern, () => why)),
    );

/** Readers know architectures by the names that files give them, which models may share. */
function isReader(path: string): boolean {
  return path.startsWith("core/model/");
}

/** Behaviour follows from figures: no device or model of the catalogue is named in core. */
export function noIds(ids: ReadonlySet<string>, models: ReadonlySet<string>): Rule {
  return (files) => {
    const support = testSupport(files);
    return files
      .filter(({ path }) => isCore(path) && !isTest(path) && !support.has(path))
      .flatMap(({ path, strings }) =>
        strings
          .filter((text) => ids.has(text) || (models.has(text) && !isReader(path)))
          .map((text) => ({
            path,
            line: 1,
            message: `"${text}" is an entry of the catalogue: let a figure decide instead`,
          })),
      );
  };
}
