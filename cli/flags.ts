/** Values of flags: quantities with units, counts, choices, lists. */
import { parseQuantity, type Dimension } from "../core/quantity.ts";
import { accepted, inputError } from "./input-error.ts";

type Flag<T> = (text: string) => T;

/** A quantity with its unit, in the base unit of its dimension: `--ttft 200ms`. */
export function quantityFlag(name: string, dimension: Dimension): Flag<number> {
  return (text) => accepted(parseQuantity(text, dimension), name);
}

/** A whole number from `least` up. */
export function countFlag(name: string, least = 1): Flag<number> {
  return (text) => {
    const count = Number(text);
    if (/^\d+$/u.test(text) && Number.isSafeInteger(count) && count >= least) return count;
    throw inputError(name, `a whole number from ${least}`, text);
  };
}

/** A share: `0.9`, `90%`. */
export function shareFlag(name: string): Flag<number> {
  return (text) => {
    const share = accepted(parseQuantity(text, "fraction"), name);
    if (share >= 0 && share <= 1) return share;
    throw inputError(name, "a share between 0 and 1, or 0% and 100%", text);
  };
}

/** One of a fixed set of words. */
export function choiceFlag<T extends string>(name: string, choices: readonly T[]): Flag<T> {
  return (text) => {
    const choice = choices.find((each) => each === text.toLowerCase());
    if (choice !== undefined) return choice;
    throw inputError(name, `one of ${choices.join(", ")}`, text);
  };
}

/** Words between commas; the flag may be repeated. */
export function listFlag(text: string, before: readonly string[] = []): readonly string[] {
  const words = text.split(",").map((word) => word.trim());
  return [...before, ...words.filter((word) => word !== "")];
}
