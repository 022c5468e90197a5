/**
 * Builds the page into `dist/web/`: a folder that any static host serves, with no address of its own inside.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build, type OnLoadResult, type Plugin } from "esbuild";
import { assembledKernels } from "./_kernels.ts";
import { lightCatalogue } from "./_light-catalogue.ts";
import { straightImports } from "./_straight-imports.ts";
import { backtestFile, publishedFile, truthFile } from "./_truth-file.ts";

const OUT = "dist/web";

/** The worker starts with less than the whole catalogue, and without what a fit tells of itself. */
const lighter: Plugin = {
  name: "less to start with",
  setup: ({ onLoad }) => {
    onLoad({ filter: /core.catalogue.bundle\.json$/ }, ({ path }) =>
      json(lightCatalogue(JSON.parse(readFileSync(path, "utf8")))),
    );
    onLoad({ filter: /[/\\]coefficients[/\\][a-z]+\.json$/ }, ({ path }) => {
      const { about, source, command, errors, coverage, ...weights } = JSON.parse(
        readFileSync(path, "utf8"),
      );
      return json(weights);
    });
    onLoad({ filter: /[/\\](?:core|web|examples)[/\\].*\.tsx?$/ }, ({ path }) => ({
      contents: straightImports(readFileSync(path, "utf8"), path),
      loader: path.endsWith("x") ? "tsx" : "ts",
    }));
  },
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
// Apart, so that the page takes from the core only what it shows numbers with.
await bundle({ main: "web/main.tsx" });
await bundle({ worker: "web/worker/worker.ts" });
await bundle({ "lane-worker": "web/road/lane-worker.ts" });
writeFileSync(`${OUT}/kernels.wasm`, await assembledKernels());
cpSync("web/page.html", `${OUT}/index.html`);
cpSync("web/page.css", `${OUT}/page.css`);
mkdirSync(`${OUT}/data`);
cpSync("core/catalogue/bundle.json", `${OUT}/data/catalogue.json`);
writeFileSync(`${OUT}/data/truth.json`, JSON.stringify(truthFile()));
writeFileSync(`${OUT}/data/published.json`, JSON.stringify(publishedFile()));
writeFileSync(`${OUT}/data/backtest.json`, JSON.stringify(backtestFile()));

function json(value: unknown): OnLoadResult {
  return { contents: JSON.stringify(value), loader: "json" };
}

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
    plugins: [lighter],
    logLevel: "warning",
  });
}
