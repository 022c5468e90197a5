/** A command line that commander refuses, as any other bad input: what was meant, what was expected, what was got. */
import type { CommanderError } from "commander";
import { InputError } from "./input-error.ts";

interface Reading {
  readonly pattern: RegExp;
  readonly input: string;
  readonly expected: string;
  readonly got: string;
}

/** Commander's sentences; $1 and $2 are what they name. */
const READINGS: readonly Reading[] = [
  {
    pattern: /^unknown option '(.+?)'/u,
    input: "$1",
    expected: "an option that --help lists",
    got: "$1",
  },
  {
    pattern: /^unknown command '(.+?)'/u,
    input: "command",
    expected: "a command that tenlane --help lists",
    got: '"$1"',
  },
  {
    pattern: /^missing required argument '(.+?)'/u,
    input: "$1",
    expected: "an argument, as --help shows",
    got: "nothing",
  },
  {
    pattern: /^option '(?:-\w, )?(\S+) (.+?)' argument missing/u,
    input: "$1",
    expected: "$2 behind it, as --help shows",
    got: "nothing",
  },
  {
    pattern: /^required option '(?:-\w, )?(\S+) (.+?)' not specified/u,
    input: "$1",
    expected: "$1 $2, as --help shows",
    got: "nothing",
  },
  {
    pattern:
      /^option '(?:-\w, )?(\S+).*?' argument '(.*?)' is invalid\. Allowed choices are (.+)\./u,
    input: "$1",
    expected: "one of $3",
    got: '"$2"',
  },
  {
    pattern: /^too many arguments(?: for '(.+?)')?\. Expected (\d+) arguments? but got (\d+)\.?/u,
    input: "$1",
    expected: "arguments: $2 (one of several words stands in quotes)",
    got: "$3",
  },
];

/** What was wrong; a sentence that is not known stands as it is. */
export function misuse({ message }: CommanderError): InputError {
  const text = message.replace(/^error: /u, "");
  const hint = /\((Did you mean .+\?)\)/u.exec(text)?.[1];
  const reading = READINGS.find(({ pattern }) => pattern.test(text));
  const part = (template: string): string => {
    const found = reading?.pattern.exec(text)?.[0] ?? "";
    return reading === undefined ? "" : found.replace(reading.pattern, template);
  };
  if (reading === undefined) {
    return new InputError("command line", { path: [], expected: "as --help shows", got: text });
  }
  const expected = [part(reading.expected), hint].filter((each) => each !== undefined).join(". ");
  return new InputError(part(reading.input), { path: [], expected, got: part(reading.got) });
}
