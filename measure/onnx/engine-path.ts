/** Where ONNX Runtime is installed. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

type Resolve = (name: string) => string;

/** Beside tenlane, else in the project it is run in, as where tenlane is installed for all of them. */
const PLACES: readonly Resolve[] = [
  (name) => import.meta.resolve(name),
  (name) => {
    const { resolve } = createRequire(join(process.cwd(), "package.json"));
    return pathToFileURL(resolve(name)).href;
  },
];

/** Version of an engine that is installed. */
export function engineVersion(name: string): string {
  const text = readFileSync(new URL("../package.json", enginePath(name)), "utf8");
  return String((JSON.parse(text) as { readonly version: unknown }).version);
}

/** URL of the engine's entry. Errors: throws where it is not installed, with what installs it. */
export function enginePath(name: string, places: readonly Resolve[] = PLACES): string {
  for (const resolve of places) {
    try {
      return resolve(name);
    } catch {
      continue;
    }
  }
  throw new Error(`running models needs ${name}, which is not installed: npm install ${name}`);
}
