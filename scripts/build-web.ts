/**
 * Builds the page into `dist/web/`: a folder that any static host serves, with no address of its own inside.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import wabt from "wabt";
import { truthFile } from "./_truth-file.ts";

const OUT = "dist/web";

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
// Apart, so that the page takes from the core only what it shows numbers with.
await bundle({ main: "web/main.tsx" });
await bundle({ worker: "web/worker/worker.ts" });
await bundle({ "lane-worker": "web/road/lane-worker.ts" });
writeFileSync(`${OUT}/kernels.wasm`, await assembled("web/road/kernels.wat"));
cpSync("web/page.html", `${OUT}/index.html`);
cpSync("web/page.css", `${OUT}/page.css`);
mkdirSync(`${OUT}/data`);
writeFileSync(`${OUT}/data/truth.json`, JSON.stringify(truthFile()));

async function bundle(entryPoints: Readonly<Record<string, string>>): Promise<void> {
  await build({
    entryPoints,
    outdir: OUT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    minify: true,
    charset: "utf8",
    jsx: "automatic",
    jsxImportSource: "preact",
    chunkNames: "chunks/[name]-[hash]",
    logLevel: "warning",
  });
}

async function assembled(file: string): Promise<Uint8Array> {
  const { parseWat } = await wabt();
  const module = parseWat(file, readFileSync(file, "utf8"), { simd: true, bulk_memory: true });
  module.validate();
  const { buffer } = module.toBinary({});
  module.destroy();
  return buffer;
}
