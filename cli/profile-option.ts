/** A user's own profile: what `tenlane calibrate --from` saved. */
import { Option } from "commander";
import { decodeProfile, SHIPPED, withProfile, type Coefficients } from "../core/index.ts";
import { documentOf } from "./documents.ts";
import { accepted } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export function profileOption(): Option {
  return new Option("--profile <file>", "your own measurements, as tenlane calibrate saved them");
}

/** The shipped coefficients, with those of the profile over them where one is given. */
export async function coefficientsFrom(
  file: string | undefined,
  shell: Shell,
): Promise<Coefficients> {
  if (file === undefined) return SHIPPED;
  const json = await documentOf(file, shell);
  return withProfile(SHIPPED, accepted(decodeProfile(json), file));
}
