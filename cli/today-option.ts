/** The day that ages of prices are counted to. */
import { Option } from "commander";
import { inputError } from "./input-error.ts";

export function todayOption(): Option {
  return new Option("--today <date>", "the day that ages of prices are counted to")
    .argParser((text: string) => {
      if (/^\d{4}-\d{2}-\d{2}$/u.test(text) && Number.isFinite(Date.parse(text))) return text;
      throw inputError("--today", "a date: 2026-11-24", text);
    })
    .default(new Date().toISOString().slice(0, 10), "today");
}

/** "price of 2026-07-20, 127 days old". */
export function agedText(date: string | undefined, age: number | null): string {
  if (date === undefined || age === null) return "price of unknown date";
  return `price of ${date}, ${age} days old`;
}
