/** A replacer for JSON of coefficients: fractions in few significant digits, which the page loads in fewer bytes. */
export function inDigits(count: number): (key: string, value: unknown) => unknown {
  return (_key, value) =>
    typeof value === "number" && !Number.isInteger(value)
      ? Number(value.toPrecision(count))
      : value;
}
