/** What is paid: whose offer, how it is had, at a price of what age. */
import type { System } from "../core/index.ts";
import { ageDays } from "../core/worth/index.ts";
import type { Shell } from "./shell.ts";
import { agedText } from "./today-option.ts";

export function paidText(
  { offer }: Pick<System, "offer">,
  { today }: Pick<Shell, "today">,
): string {
  if (offer === undefined) return "no price known";
  const { provider, name, region, kind, date } = offer;
  const sold = [provider, name, region].filter((word) => word !== undefined).join(" ");
  const age = today === undefined ? null : ageDays(date, today);
  const aged = age === null ? `price of ${date ?? "unknown date"}` : agedText(date, age);
  return `${sold}, ${kind}, ${aged}`;
}
