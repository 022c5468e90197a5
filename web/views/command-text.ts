/** A command line as a shell takes it. */

/** Flags whose value is null are left out; one that is true has no value. */
export function commandText(
  verb: string,
  words: readonly string[],
  flags: Readonly<Record<string, string | number | true | null>> = {},
): string {
  const given = Object.entries(flags).flatMap(([name, value]) => {
    if (value === null) return [];
    return value === true ? [`--${name}`] : [`--${name}`, quoted(String(value))];
  });
  return ["tenlane", verb, ...words.map(quoted), ...given].join(" ");
}

function quoted(text: string): string {
  return /^[\w./:@%+,=-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
