/**
 * Builds `dist/`: the library file by file with its types, and the command line bundled, so that
 * starting it opens a few files instead of some hundred.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";

const ENTRY = "dist/cli/main.js";

rmSync("dist", { recursive: true, force: true });
execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });

await build({
  entryPoints: ["cli/main.ts"],
  outdir: "dist/cli",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  chunkNames: "chunks/[name]-[hash]",
  minifySyntax: true,
  logLevel: "warning",
});
chmodSync(ENTRY, 0o755);
