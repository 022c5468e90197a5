/** What other tools make of a model, kept in a cache: it takes them minutes, and is the same at every run. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Tensors } from "../core/optimise/index.ts";
import { cachePath } from "./_cache.ts";
import type { ReadyModel } from "./_ready.ts";

/** A file that a tool made, or why it made none. */
export interface Variant {
  readonly name: string;
  readonly file: string;
  readonly error?: string;
}

const SCRIPT = fileURLToPath(new URL("_toolkit.py", import.meta.url));
/** Samples that tools are calibrated on. */
const CALIBRATION = { count: 8, seed: 11 };
/** Seconds after which tools are given up; what they made until then counts. */
const PATIENCE = 900;

/** By Debian's python3-onnxruntime; empty, with a word why, where that is not installed. */
export async function toolVariants(id: string, file: ReadyModel): Promise<readonly Variant[]> {
  const folder = cachePath("tools", id);
  const answers = join(folder, "answers.json");
  if (existsSync(answers)) return JSON.parse(readFileSync(answers, "utf8")) as Variant[];
  mkdirSync(folder, { recursive: true });
  const model = join(folder, "model.onnx");
  writeFileSync(model, file.bytes);
  writeSamples(folder, file.samples(CALIBRATION.count, CALIBRATION.seed));
  const { out, err } = await ran("/usr/bin/python3", [SCRIPT, folder], PATIENCE);
  const lines = out.split("\n").filter((line) => line.startsWith("{"));
  const made = lines.map((line) => JSON.parse(line) as Variant);
  if (made.length === 0) console.error(`${id}: no tools: ${lastLine(err)}`);
  else writeFileSync(answers, JSON.stringify(made));
  for (const each of [model, join(folder, "prepared.onnx")]) rmSync(each, { force: true });
  return made;
}

function writeSamples(folder: string, samples: readonly Tensors[]): void {
  const listed = samples.map((sample, place) =>
    Object.fromEntries(
      Object.entries(sample).map(([name, { type, dims, bytes }], index) => {
        const file = `sample-${place}-${index}.bin`;
        writeFileSync(join(folder, file), bytes);
        return [name, { file, type, dims }];
      }),
    ),
  );
  writeFileSync(join(folder, "samples.json"), JSON.stringify(listed));
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A program to its end, or to the end of `seconds`. */
export function ran(program: string, args: readonly string[], seconds: number): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { timeout: seconds * 1e3 });
    let [out, err] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
    child.on("error", (error) => (err += error.message));
    child.on("close", (status) => resolve({ status: status ?? 1, out, err }));
  });
}

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "no answer";
}
