/** A question as text that differs where the question does. */

/** Models of the user count by their number: as text they may be long. */
export function questionKey(question: unknown): string {
  return JSON.stringify(question, (_, value: unknown) =>
    typeof value === "object" && value !== null && "own" in value ? value.own : value,
  );
}
