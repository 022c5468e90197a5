/**
 * `tenlane optimise` with its defaults on the development models, in turns with the file as shipped, one thread, default
 * ONNX Runtime; and beside it what ONNX Runtime's own tools and Olive's passes make of the same file at their defaults
 * (`_toolkit.py`, which says what is emulated), run by the same engine. A decoder is timed in its loop.
 *
 *     npx node bench/optimise.ts                              # what is not kept yet: an hour, or what is left of it
 *     npx node bench/optimise.ts --only resnet-50,minilm-l6-s16   # these anew; the others as kept
 *     npx node bench/optimise.ts --part tools                 # of each model what the tools make, or --part own
 *     npx node bench/optimise.ts --fresh                      # all anew
 */
import { mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Certificate } from "../core/optimise/index.ts";
import { decibelText } from "../cli/optimise/words.ts";
import { cachePath } from "./_cache.ts";
import { DEVELOPMENT, type DevelopmentModel } from "./_development.ts";
import { judgeOf, type Tried } from "./_judge.ts";
import { reportLines, type Row } from "./_optimise-report.ts";
import { ready } from "./_ready.ts";
import { writeSection } from "./_results.ts";
import { lastLine, ran, toolVariants } from "./_tools.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    part: { type: "string" },
    budget: { type: "string" },
    fresh: { type: "boolean", default: false },
  },
});

const KEPT = cachePath("optimise.json");
const CLI = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
/** Seconds of a search beyond which it is given up. */
const PATIENCE = 900;

type Kept = Record<string, Partial<Row>>;

const kept: Kept =
  !options.fresh && existsSync(KEPT) ? (JSON.parse(readFileSync(KEPT, "utf8")) as Kept) : {};
const asked = options.only?.split(",");
for (const model of DEVELOPMENT) if (asked?.includes(model.id) ?? true) await measured(model);
const rows = DEVELOPMENT.map((model) => ({ model, ...kept[model.id] }));
const lines = reportLines(rows);
const isWhole = rows.every(({ own, tools }) => own !== undefined && tools !== undefined);
if (isWhole) writeSection("optimise", lines);
else console.log(lines.join("\n"));

/** Keeps each part as soon as it is measured. */
async function measured(model: DevelopmentModel): Promise<void> {
  const { id } = model;
  const known = kept[id] ?? {};
  const isAnew = asked !== undefined;
  const needs = (part: "own" | "tools") =>
    (options.part ?? part) === part && (isAnew || known[part] === undefined);
  if (!needs("own") && !needs("tools")) return;
  const file = await ready(model);
  if (file === null) return console.error(`${id}: cannot be fetched`);
  const judge = await judgeOf(model, file);
  const keep = (part: Partial<Row>) => {
    kept[id] = { ...kept[id], ...part };
    writeFileSync(KEPT, JSON.stringify(kept));
    console.error(id, JSON.stringify(part));
  };
  if (needs("own")) {
    keep({ own: await optimised(model, file.bytes, judge) });
    if (model.rateBar !== undefined) keep({ rate: await rateOf(model, file.bytes) });
  }
  if (!needs("tools")) return;
  const tools: Tried[] = [];
  for (const { name, file: path, error } of await toolVariants(id, file)) {
    const fault = error ?? null;
    if (fault === null) tools.push(await judge(name, new Uint8Array(readFileSync(path))));
    else tools.push({ name, ratio: null, control: null, decibels: null, fault });
  }
  keep({ tools });
}

interface Made {
  readonly certificate: Certificate;
  /** Null where the file is kept as shipped. */
  readonly fast: Uint8Array | null;
}

/** `tenlane optimise`, or the last thing it said. */
async function made(
  model: DevelopmentModel,
  bytes: Uint8Array,
  flags: readonly string[],
): Promise<Made | string> {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-development-"));
  try {
    const [path, target] = [join(folder, "model.onnx"), join(folder, "fast.onnx")];
    writeFileSync(path, bytes);
    const sizes = Object.entries(model.sizes).flatMap(([name, size]) => [
      "--dim",
      `${name}=${size}`,
    ]);
    const budget = options.budget === undefined ? [] : ["--budget", options.budget];
    const args = [CLI, "optimise", path, "-o", target, "--json", ...budget, ...sizes, ...flags];
    const { status, err } = await ran(process.execPath, args, PATIENCE);
    if (status !== 0) return lastLine(err);
    const certificate = JSON.parse(
      readFileSync(join(folder, "fast.certificate.json"), "utf8"),
    ) as Certificate;
    const isKept = certificate.input.sha256 === certificate.output.sha256;
    return { certificate, fast: isKept ? null : new Uint8Array(readFileSync(target)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function optimised(
  model: DevelopmentModel,
  bytes: Uint8Array,
  judge: Awaited<ReturnType<typeof judgeOf>>,
): Promise<NonNullable<Row["own"]>> {
  const found = await made(model, bytes, []);
  if (typeof found === "string") {
    return { name: "", ratio: null, control: null, decibels: null, fault: found, refused: [] };
  }
  const { candidates, chosen } = found.certificate;
  const refused = candidates
    .filter(({ end }) => end === "refused")
    .map((each) => `${each.name} (${decibelText(each)})`);
  return { ...(await judge(chosen, found.fast)), refused };
}

/** Items a second as shipped, one copy on all cores, and at the best of what is offered. */
async function rateOf(
  model: DevelopmentModel,
  bytes: Uint8Array,
): Promise<NonNullable<Row["rate"]>> {
  const found = await made(model, bytes, ["--objective", "throughput"]);
  if (typeof found === "string") return { before: 0, after: 0, how: found };
  const { chosen, deployments } = found.certificate;
  const before = deployments.find(
    ({ candidate, instances, batch }) =>
      candidate === "as shipped" && instances === 1 && batch === 1,
  );
  const after = deployments.find(({ candidate }) => candidate === chosen);
  if (before === undefined || after === undefined) {
    return { before: 0, after: 0, how: "not measured" };
  }
  const how = `${chosen}, ${after.instances} × ${after.threads} thread, batch ${after.batch}`;
  return { before: before.itemsPerSecond, after: after.itemsPerSecond, how };
}
