/**
 * A decoder's loop as exported, against one whose cache stays in place and whose weights are few bits; and what the
 * guard of `tenlane optimise` says of each, on made-up texts.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decodingOf } from "../cli/optimise/decoding.ts";
import { modelFileFrom } from "../cli/optimise/model-file.ts";
import { sampleSets } from "../cli/optimise/samples.ts";
import { ownShell } from "../cli/shell.ts";
import { decibelsWorst, judge, type Verdict } from "../core/optimise/guard/index.ts";
import { decodeOnnxFile, encodeOnnxFile } from "../core/model/onnx/index.ts";
import {
  Draft,
  quantise,
  rewriteExact,
  shareCache,
  type Decoder,
  type Outcome,
  type Recipe,
} from "../core/optimise/index.ts";
import { random } from "../core/random.ts";
import { compareDecoding, onnxRunner } from "../measure/onnx/index.ts";
import { where, writeSection } from "./_results.ts";
import { GENERATED } from "./models/index.ts";

const { values } = parseArgs({ options: { budget: { type: "string", default: "60" } } });

const PROMPT = 256;
const STEPS = 32;
const WORDS = 50_257;

const weights = { kind: "weights", block: 32, symmetric: true, searched: false, kept: [] } as const;
const RECIPES: readonly (readonly [name: string, recipe: Recipe | null])[] = [
  ["32-bit floats", null],
  ["8 bits as they come", { kind: "dynamic", pairsSaturate: false, kept: [] }],
  ["weights of 8 bits", { ...weights, bits: 8 }],
  ["weights of 4 bits", { ...weights, bits: 4 }],
];

function value<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function made(
  bytes: Uint8Array,
  recipe: Recipe | null,
): Promise<{ readonly model: Uint8Array; readonly decoder: Decoder }> {
  const draft = Draft.of(value(await decodeOnnxFile(bytes)));
  value(rewriteExact(draft, { target: "native" }));
  const decoder = value(shareCache(draft));
  if (decoder === null) throw new Error("no cache was found");
  if (recipe !== null) value(quantise(draft, recipe, null));
  return { model: encodeOnnxFile(draft.sealed()), decoder };
}

function done<T>(outcome: Outcome<T>): T {
  if (outcome.kind === "failed") throw new Error(`${outcome.reason}: ${outcome.message}`);
  return outcome.value;
}

/** What the guard says of a model in the place of `bytes`. */
async function guardOf(bytes: Uint8Array): Promise<(model: Uint8Array) => Promise<Verdict>> {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-decode-"));
  try {
    const path = join(folder, "model.onnx");
    writeFileSync(path, bytes);
    const shell = ownShell();
    const decoding = await decodingOf(path, {}, shell);
    if (decoding === null) throw new Error("no decoder was found");
    const known = await modelFileFrom(path, decoding.sizes, shell);
    const runner = onnxRunner({ patience: 600 });
    const { samples } = (
      await sampleSets(known, { folder: null }, shell, { decoder: decoding.decoder, runner })
    ).heldOut;
    const outputs = async (model: Uint8Array, optimises: boolean) =>
      done(await runner.outputs(model, samples, { ...session, optimises }));
    const reference = await outputs(bytes, false);
    return async (model) => {
      const candidate = await outputs(model, true);
      return judge({ graph: known.graph, reference, candidate, level: "lossy", isGenerated: true });
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const file = GENERATED.find(({ id }) => id === "gpt2-decode-256")?.file();
if (file === undefined) throw new Error("GPT-2 is not among the generated models");
const draw = random(7);
const prompt = Array.from({ length: PROMPT }, () => Math.floor(draw() * WORDS));
const session = { threads: 1, provider: "cpu", optimises: true };
const rows: string[] = [];
const guard = await guardOf(file);
for (const [name, recipe] of RECIPES) {
  const { model, decoder } = await made(file, recipe);
  const { errors, isSound } = await guard(model);
  const decibels = decibelsWorst(errors);
  const answer = done(
    await compareDecoding(
      { model: file, session, decoder },
      { model, session, decoder },
      { prompt, steps: STEPS, budget: Number(values.budget) / RECIPES.length },
    ),
  );
  const { comparison, before, after } = answer;
  const { lower, middle, upper } = comparison.cpuRatio;
  const same = before.filter((token, place) => token === after[place]).length;
  const cells = [
    name,
    `${(comparison.before.cpu * 1e3).toFixed(1)} → ${(comparison.after.cpu * 1e3).toFixed(1)}`,
    `${middle.toFixed(2)} [${lower.toFixed(2)}, ${upper.toFixed(2)}]`,
    comparison.ratio.middle.toFixed(2),
    comparison.cpuControl.middle.toFixed(2),
    `${same} of ${before.length}`,
    `${decibels.toFixed(0)} dB, ${isSound ? "sound" : "refused"}`,
  ];
  rows.push(`| ${cells.join(" | ")} |`);
}
writeSection("decode", [
  "## A decoder's loop",
  "",
  `GPT-2 small (generated), ${PROMPT} tokens before, ${STEPS} written, one thread, in turns with the file as exported;`,
  `its cache in place. \`node bench/decode.ts\`, ${where()}.`,
  "",
  "| precision | processor ms a token | times as fast, processor | by the wall | control | same tokens | the guard |",
  "| --- | --- | --- | --- | --- | --- | --- |",
  ...rows,
]);
