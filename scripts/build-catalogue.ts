/**
 * Writes `catalogue/` into the one file that the library imports. With `--check` it writes nothing
 * and fails when that file is not what it would write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { argv, exit } from "node:process";
import { decodeCatalogue } from "../core/catalogue/index.ts";
import { catalogueJson, bundleText } from "./_catalogue-files.ts";

const ROOT = new URL("../", import.meta.url);
const BUNDLE = new URL("core/catalogue/bundle.json", ROOT);

const json = catalogueJson(new URL("catalogue/", ROOT));
const decoded = decodeCatalogue(json);
if (!decoded.ok) {
  const { path, expected, got } = decoded.error;
  console.error(`catalogue: ${path.join("/")}: expected ${expected}, got ${got}`);
  exit(2);
}
const text = bundleText(json);
if (!argv.includes("--check")) writeFileSync(BUNDLE, text);
else if (readFileSync(BUNDLE, "utf8") !== text) {
  console.error("core/catalogue/bundle.json is not current: run scripts/build-catalogue.ts");
  exit(1);
}
