/**
 * Refusals, and the one that many begin with: a device whose memory nobody has written down.
 *
 * Source: arithmetic
 */
import type { Device } from "../catalogue/index.ts";
import type { Bytes } from "../units.ts";
import type { Infeasible } from "./types.ts";

/** The answer no: for which reason, in a sentence, and by how much where that is a figure. */
export function infeasible(
  reason: Infeasible["reason"],
  message: string,
  figures: Pick<Infeasible, "needed" | "available"> = {},
): Infeasible {
  return { kind: "infeasible", reason, message, ...figures };
}

/** Memory of a device as its driver shows it, or as it is sold where no log shows that. */
export function deviceMemory({ name, memory }: Device): Bytes | Infeasible {
  const known = memory?.visible ?? memory?.capacity;
  return known ?? infeasible("figures", `the memory of "${name}" is not known`);
}
