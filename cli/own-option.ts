/** What the user already has: `--own "8 x h100-sxm, 4 x l40s"`. */
import { findDevice, type Catalogue } from "../core/index.ts";
import { accepted, inputError } from "./input-error.ts";

const OWNED = /^(\d+)\s*[x×*]\s*(\S.*)$/iu;

/** How many there are of each device named, by its id; a device named twice is added up. */
export function stockFrom(
  names: readonly string[],
  catalogue: Catalogue,
  flag = "--own",
): Readonly<Record<string, number>> {
  const stock: Record<string, number> = {};
  for (const text of names) {
    const [, count = "", name = ""] = OWNED.exec(text) ?? [];
    if (Number(count) < 1) throw inputError(flag, 'a count and a device: "8 x h100-sxm"', text);
    const { id } = accepted(findDevice(catalogue, name), flag);
    stock[id] = (stock[id] ?? 0) + Number(count);
  }
  return stock;
}
