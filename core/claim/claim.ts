/** A claim that somebody makes of machines, the published figures that bear on it, and a verdict. */
import * as z from "zod";
import { decode } from "../decode.ts";
import type { Result } from "../result.ts";

const text = z.string().min(1).max(600);
const fleet = z.strictObject({ device: text, count: z.int().positive() });

/** Devices of one kind, and how many. */
export interface ClaimedFleet {
  readonly device: string;
  readonly count: number;
}

export interface Claim {
  readonly id: string;
  readonly statement: string;
  /** What is compared with what; absent where the claim compares nothing. */
  readonly pair?: { readonly of: ClaimedFleet; readonly over: ClaimedFleet };
  /** Published, each as its source has it. */
  readonly facts: readonly { readonly text: string; readonly source: string }[];
  readonly verdict: "holds" | "holds in part" | "does not hold" | "outdated";
  readonly because: string;
}

const claimSchema: z.ZodType<Claim> = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/u),
  statement: text,
  pair: z.strictObject({ of: fleet, over: fleet }).exactOptional(),
  facts: z.array(z.strictObject({ text, source: text })).min(1),
  verdict: z.enum(["holds", "holds in part", "does not hold", "outdated"]),
  because: text,
});

/** A claim from the JSON of its file; refused with the path of the first field that is wrong. */
export function decodeClaim(json: unknown): Result<Claim> {
  return decode(claimSchema, json);
}
