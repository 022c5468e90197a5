/**
 * Builds `dist/`: the library file by file with its types, and the command line bundled, so that
 * starting it opens a few files instead of some hundred. Both run on Node 20.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, globSync, rmSync } from "node:fs";
import { build } from "esbuild";

const ENTRY = "dist/cli/main.js";

rmSync("dist", { recursive: true, force: true });
execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
// The compiler copies JSON whose type it infers, and leaves out JSON that has a declaration.
for (const file of globSync("core/**/*.json")) cpSync(file, `dist/${file}`);
cpSync("validation/truth", "dist/truth", { recursive: true });

await build({
  entryPoints: [
    { in: "cli/main.ts", out: "main" },
    { in: "cli/sweep/thread.ts", out: "sweep/thread" },
    { in: "cli/serve/thread.ts", out: "serve/thread" },
    { in: "cli/watch/alone.ts", out: "watch/alone" },
    { in: "measure/onnx/child.ts", out: "onnx/child" },
    { in: "measure/lanes/thread.ts", out: "lanes/thread" },
    { in: "measure/lanes/native-thread.ts", out: "lanes/native-thread" },
    { in: "measure/lanes/child.ts", out: "lanes/child" },
  ],
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
await import("./build-web.ts");
