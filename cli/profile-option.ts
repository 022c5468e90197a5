/** A user's own profile: what `tenlane calibrate` saved, by its name or in a file. */
import { join, resolve } from "node:path";
import { Option } from "commander";
import { decodeProfile, SHIPPED, withProfile, type Coefficients } from "../core/index.ts";
import { keep } from "./cache.ts";
import { dataFolder } from "./data-folder.ts";
import { documentOf } from "./documents.ts";
import { accepted, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export function profileOption(): Option {
  return new Option(
    "--profile <name>",
    "your own measurements, by the name or the file that tenlane calibrate saved them in",
  );
}

/** The shipped coefficients, with those of the profile over them where one is given. */
export async function coefficientsFrom(
  name: string | undefined,
  shell: Shell,
): Promise<Coefficients> {
  return name === undefined ? SHIPPED : coefficientsOf(await profileDocument(name, shell), name);
}

/** The shipped coefficients under the profile in `json`, which `name` stands for. */
export function coefficientsOf(json: unknown, name: string): Coefficients {
  return withProfile(SHIPPED, accepted(decodeProfile(json), name));
}

/** Refuses a profile where nothing of what it holds is asked for. */
export function refuseProfile(name: string | undefined): void {
  if (name === undefined) return;
  throw inputError("--profile", "a model that is served: it holds what services measured", name);
}

/** The JSON of a profile. Errors: nothing of that name, not JSON. */
export function profileDocument(name: string, shell: Shell): Promise<unknown> {
  return documentOf(shell.documents === undefined ? profilePath(name, shell) : name, shell);
}

/** Writes a profile where `--profile` of that name finds it. */
export function saveProfile(name: string, profile: unknown, shell: Shell): Promise<void> {
  return keep(profilePath(name, shell), `${JSON.stringify(profile, null, 2)}\n`);
}

/** What to do with a profile that was learnt, or where it is. */
export function savedText(name: string | undefined): string {
  if (name !== undefined) return `saved: ${name}`;
  return "not saved; add --save mine and use it as --profile mine";
}

/** Among the user's own data for a plain name, "mine"; what has a dot or a slash is a path. */
function profilePath(name: string, shell: Shell): string {
  return /^[\w-]+$/u.test(name)
    ? join(dataFolder(shell), "profiles", `${name}.json`)
    : resolve(shell.folder, name);
}
