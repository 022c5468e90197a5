/** Values of flags: quantities with units, counts, choices, lists. */
import { parseQuantity, type Dimension } from "../core/quantity.ts";
import { accepted, inputError } from "./input-error.ts";

type Flag<T> = (text: string) => T;

/** A quantity with its unit, in the base unit of its dimension: `--ttft 200ms`. */
export function quantityFlag(name: string, dimension: Dimension): Flag<number> {
  return (text) => accepted(parseQuantity(text, dimension), name);
}

/** A quantity of at least `least`, which is above zero unless given: nothing may happen endlessly often. */
export function positiveFlag(name: string, dimension: Dimension, least = 0): Flag<number> {
  const read = quantityFlag(name, dimension);
  return (text) => {
    const value = read(text);
    if (least > 0 ? value >= least : value > 0) return value;
    throw inputError(name, least > 0 ? `at least ${least}` : "more than zero", text);
  };
}

/** Schedulers that are simulated side by side, each with its state. */
export const REPLICAS_MAX = 100_000;

/** A whole number from `least` up to `most`. */
export function countFlag(name: string, least = 1, most = Infinity): Flag<number> {
  return (text) => {
    const count = Number(text);
    const isWithin = Number.isSafeInteger(count) && count >= least && count <= most;
    if (/^\d+$/u.test(text) && isWithin) return count;
    const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
    throw inputError(name, `a whole number ${range}`, text);
  };
}

/** A share: `0.9`, `90%`, `p90`. */
export function shareFlag(name: string): Flag<number> {
  return (text) => {
    const percent = /^p([\d.]+)$/iu.exec(text)?.[1];
    const share = accepted(
      parseQuantity(percent === undefined ? text : `${percent}%`, "fraction"),
      name,
    );
    if (share >= 0 && share <= 1) return share;
    throw inputError(name, "a share between 0 and 1, or 0% and 100%", text);
  };
}

/** One of a fixed set of words. */
export function choiceFlag<T extends string>(name: string, choices: readonly T[]): Flag<T> {
  const chosen = (text: string): T => {
    const choice = choices.find((each) => each === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw inputError(name, `one of ${choices.join(", ")}`, text);
  };
  return Object.assign(chosen, { choices });
}

/** The words that a flag of {@link choiceFlag} takes; undefined of any other. */
export function choicesOf(flag: unknown): readonly string[] | undefined {
  return typeof flag === "function" && "choices" in flag && Array.isArray(flag.choices)
    ? flag.choices
    : undefined;
}

/** Words between commas; the flag may be repeated. */
export function listFlag(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== "")];
}
