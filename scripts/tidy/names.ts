/** Words that say nothing, and units in names where every quantity is in SI. */
import { isCore, isTest, violationsAt, type Rule } from "./source-file.ts";

const DECLARED =
  /(?<=\b(?:const|let|function\*?|class|interface|type|enum)\s+)[A-Za-z_$][\w$]*|(?<=^\s+(?:readonly\s+)?)[A-Za-z_$][\w$]*(?=\??:)/gmu;

const BANNED = "Manager|Service|Helper|Util|Utils|Handler|Processor|Factory|Impl|Info";
const BANNED_WORD = new RegExp(
  `(?:^|[a-z_])(?:${BANNED})(?![a-z])|^(?:process|handle|do)(?=[A-Z]|$)`,
  "u",
);
const UNIT_SUFFIX = /[a-z](?:Ms|GB|GiB|Gbps|Tflops|Pct|Mhz|Percent|Millis|Milliseconds)(?![a-z])/u;
/** An older and a newer way side by side. */
const VERSION = /[a-z](?:V\d|Old|New|Enhanced)$/u;

export const bannedWords: Rule = (files) =>
  files
    .filter(({ path }) => !isTest(path))
    .flatMap((file) =>
      violationsAt(file, file.code, DECLARED, (name) => name)
        .filter(({ message: name }) => BANNED_WORD.test(name) || VERSION.test(name))
        .map((violation) => ({
          ...violation,
          message: `name "${violation.message}" by what it is, without banned words`,
        })),
    );

export const unitSuffixes: Rule = (files) =>
  files
    .filter(({ path }) => isCore(path))
    .flatMap((file) =>
      violationsAt(file, file.code, DECLARED, (name) => name)
        .filter(({ message: name }) => UNIT_SUFFIX.test(name))
        .map((violation) => ({
          ...violation,
          message: `"${violation.message}": quantities in core are in SI units, without a suffix`,
        })),
    );
