/**
 * Builds the page into `dist/web/`: a folder that any static host serves, with no address of its own inside.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build, type Plugin } from "esbuild";
import { catalogue, type Catalogue } from "../core/index.ts";
import { assembledKernels } from "./_kernels.ts";
import { backtestFile, truthFile } from "./_truth-file.ts";

const OUT = "dist/web";

/**
 * Measured powers and published sizes of models stand in the catalogue for who checks it, and no view shows them.
 * Places and notes of figures are shown of one device at a time, from `data/figures.json`. Together they are 23 KB of
 * what is loaded.
 */
const lighter: Plugin = {
  name: "a lighter catalogue",
  setup: ({ onLoad }) =>
    onLoad({ filter: /core.catalogue.bundle\.json$/ }, ({ path }) => {
      const read: Catalogue = JSON.parse(readFileSync(path, "utf8"));
      const accelerators = JSON.stringify(read.accelerators, (key, value: unknown) =>
        key === "at" || key === "note" ? undefined : value,
      );
      const models = read.models.map((model) => Object.assign({}, model, { published: undefined }));
      const light = { ...read, power: [], models, accelerators: JSON.parse(accelerators) };
      return { contents: JSON.stringify(light), loader: "json" };
    }),
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
writeFileSync(
  `${OUT}/data/figures.json`,
  JSON.stringify(
    Object.fromEntries(catalogue.accelerators.map(({ id, figures }) => [id, figures])),
  ),
);
writeFileSync(`${OUT}/data/truth.json`, JSON.stringify(truthFile()));
writeFileSync(`${OUT}/data/backtest.json`, JSON.stringify(backtestFile()));

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
