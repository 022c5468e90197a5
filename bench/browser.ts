/**
 * Forms and formats of development models in a browser, where choices reverse: in turns with the file as shipped, in
 * headless Chromium (onnxruntime-web, one thread), in Node by the same library, and by native ONNX Runtime.
 *
 *     npx node bench/browser.ts [models]
 */
import { createReadStream } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import chromium from "@sparticuz/chromium";
import type * as Runtime from "onnxruntime-web";
import { chromium as browsers } from "playwright-core";
import { decodeOnnxFile, encodeOnnxFile } from "../core/model/onnx/index.ts";
import {
  calibrate,
  Draft,
  pairedRatio,
  quantise,
  recipes,
  rewriteExact,
  type Ratio,
  type Target,
  type Tensors,
} from "../core/optimise/index.ts";
import { onnxRunner } from "../measure/onnx/index.ts";
import { DEVELOPMENT } from "./_development.ts";
import { ready, type ReadyModel } from "./_ready.ts";
import { where, writeSection } from "./_results.ts";

const SECONDS = 6;
const SESSION = { threads: 1, provider: "cpu", optimises: true };
const USUAL = ["mobilenet-v2", "minilm-l6-s16", "pp-ocr-v4-rec"];
const LIBRARY = "ort.wasm.min.mjs";

const runner = onnxRunner({ patience: 300 });
const asked = process.argv.slice(2);
const files = new Map<string, Uint8Array>();
const server = createServer((request, response) => {
  const name = (request.url ?? "/").slice(1);
  const bytes = files.get(name);
  const type = name.endsWith("js")
    ? "text/javascript"
    : name.endsWith(".wasm")
      ? "application/wasm"
      : "text/html";
  response.setHeader("content-type", type);
  if (bytes !== undefined) return void response.end(bytes);
  if (!/^ort[\w.-]+$/u.test(name)) return void response.end("<!doctype html>");
  const path = fileURLToPath(
    new URL(`../node_modules/onnxruntime-web/dist/${name}`, import.meta.url),
  );
  createReadStream(path)
    .on("error", () => response.end())
    .pipe(response);
}).listen(0, "127.0.0.1");
const browser = await browsers.launch({
  executablePath: await chromium.executablePath(),
  args: chromium.args.filter((arg) => arg !== "--single-process"),
  headless: true,
});
try {
  const rows: string[] = [];
  for (const id of asked.length > 0 ? asked : USUAL) rows.push(...(await rowsOf(id)));
  const lines = [
    "## In a browser, choices reverse",
    "",
    `Times as fast as the file as shipped, in turns, one thread, wall clock [95 %]; \`npx node bench/browser.ts\`, ${where()}.`,
    `Chromium ${browser.version()} headless and Node run onnxruntime-web (WebAssembly), the last column native ONNX Runtime.`,
    "",
    "| model | candidate | Chromium | Node, WebAssembly | native |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ];
  if (asked.length > 0) console.log(lines.join("\n"));
  else writeSection("browser", lines);
} finally {
  await browser.close();
  server.close();
}

async function rowsOf(id: string): Promise<readonly string[]> {
  const model = DEVELOPMENT.find((each) => each.id === id);
  const file = model === undefined ? null : await ready(model);
  if (file === null) throw new Error(`no model ${id}`);
  const [feed] = file.samples(1, 23);
  const rows: string[] = [];
  for (const [name, bytes] of await candidates(file)) {
    const [web, wasm, native] = [
      await inBrowser([file.bytes, bytes], feed ?? {}),
      await inNode([file.bytes, bytes], feed ?? {}, "wasm"),
      await inNode([file.bytes, bytes], feed ?? {}, "cpu"),
    ];
    rows.push(`| ${[id, name, web, wasm, native].join(" | ")} |`);
    console.error(rows.at(-1));
  }
  return rows;
}

type Pair = readonly [before: Uint8Array, after: Uint8Array];

/** The exact form for either target, and the first recipe of 8 bits on the native one. */
async function candidates(file: ReadyModel): Promise<readonly (readonly [string, Uint8Array])[]> {
  const made = async (target: Target, isInBits: boolean) => {
    const draft = await draftOf(file.bytes);
    rewriteExact(draft, { target });
    const [recipe] = isInBits ? recipes(draft, { sumsWide: true }) : [];
    if (recipe !== undefined) {
      const seen =
        recipe.kind === "static"
          ? await calibrate(draft, file.samples(8, 11), runner, SESSION)
          : null;
      const done = quantise(draft, recipe, seen?.kind === "done" ? seen.value : null);
      if (!done.ok) throw new Error(JSON.stringify(done.error));
    }
    return encodeOnnxFile(draft.sealed());
  };
  return [
    ["rewritten for native", await made("native", false)],
    ["rewritten for wasm", await made("wasm", false)],
    ["rewritten for native, 8 bits", await made("native", true)],
  ];
}

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const decoded = await decodeOnnxFile(bytes);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  return Draft.of(decoded.value);
}

async function inNode([before, after]: Pair, feed: Tensors, provider: string): Promise<string> {
  const subject = (model: Uint8Array) => ({
    model,
    session: { ...SESSION, provider },
    feeds: [feed],
  });
  const answer = await runner.compare(subject(before), subject(after), SECONDS);
  return answer.kind === "failed" ? answer.message.slice(0, 80) : text(answer.value.ratio);
}

/** Turns of one run each, mirrored, in a page of its own: what a model that fills memory ends. */
async function inBrowser(pair: Pair, feed: Tensors): Promise<string> {
  for (const [index, bytes] of pair.entries()) files.set(`model-${index}.onnx`, bytes);
  const inputs = Object.entries(feed).map(([name, { type, dims, bytes }]) => ({
    name,
    type,
    dims: [...dims],
    bytes: [...bytes],
  }));
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const turns = await page.evaluate(timed, { inputs, seconds: SECONDS, library: LIBRARY });
    return text(pairedRatio(turns.map((turn) => [turn])));
  } catch (error) {
    return `fails: ${String(error).split("\n")[0] ?? ""}`;
  } finally {
    await page.close().catch(() => {});
  }
}

function text({ lower, middle, upper }: Ratio): string {
  return `${middle.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`;
}

interface Job {
  readonly inputs: readonly {
    readonly name: string;
    readonly type: number;
    readonly dims: number[];
    readonly bytes: number[];
  }[];
  readonly seconds: number;
  readonly library: string;
}

/** Runs in the page: seconds of both models, a pair a turn. */
async function timed({ inputs, seconds, library }: Job): Promise<[number, number][]> {
  const ort = (await import(`/${library}`)) as typeof Runtime;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = "/";
  const feeds = Object.fromEntries(
    inputs.map(({ name, type, dims, bytes }) => {
      const { buffer } = Uint8Array.from(bytes);
      const tensor =
        type === 7
          ? new ort.Tensor("int64", new BigInt64Array(buffer), dims)
          : new ort.Tensor("float32", new Float32Array(buffer), dims);
      return [name, tensor];
    }),
  );
  const sessions = await Promise.all(
    [0, 1].map((index) => ort.InferenceSession.create(`/model-${index}.onnx`)),
  );
  const run = async (which: number) => {
    const start = performance.now();
    await sessions[which]?.run(feeds);
    return (performance.now() - start) / 1e3;
  };
  for (const which of [0, 1, 1, 0]) await run(which);
  const turns: [number, number][] = [];
  const end = performance.now() + seconds * 1e3;
  while (turns.length < 8 || performance.now() < end) {
    const first = turns.length % 2;
    const [one, other] = [await run(first), await run(1 - first)];
    turns.push(first === 0 ? [one, other] : [other, one]);
  }
  for (const session of sessions) await session.release();
  return turns;
}
