/** Named models of the catalogue: the one a user means, or those that come close. */
import { once } from "../once.ts";
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import {
  buildNetwork,
  withInput,
  type InputSizes,
  type NetworkSpec,
} from "./architectures/index.ts";
import { sizedName } from "./_sized-name.ts";
import { decodeHfConfig } from "./hf-config.ts";
import type { Model } from "./model.ts";
import { numerics } from "./numerics.ts";

/** A figure of a source, as it prints it. */
export interface Published {
  /** Parameters, all of them. */
  readonly total: number;
  /** Parameters a token meets. */
  readonly active?: number;
  /** Part of the total besides the model: further-token layers, copies; negative where it leaves some of the model out. */
  readonly beside?: { readonly parameters: number; readonly what: string };
  /** Half a unit of the last digit printed, where the count is more than 0.5 % apart. */
  readonly rounded?: number;
  readonly source: string;
}

/** One file of catalogue/models. */
export interface ModelEntry {
  readonly id: string;
  readonly name: string;
  /** Hub ids and the names that tables of measurements use. */
  readonly aliases: readonly string[];
  readonly published?: Published;
  /** Where the figures were read. */
  readonly source: string;
  readonly at?: string;
  /** A transformer as a configuration in the Hub's form. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Any other network as the figures of its family. */
  readonly network?: NetworkSpec;
}

export interface FoundModel {
  readonly entry: ModelEntry;
  /** Numerics the name itself asks for ("-FP8", "-NVFP4"); null where it asks for none. */
  readonly numerics: string | null;
  /** Size of the input the name states behind a model's ("resnet50 176px"); absent is the entry's own. */
  readonly input?: InputSizes;
}

/**
 * The model of an entry, under the entry's id and name; a network on `input` where that is given.
 *
 * Errors: the entry's own figures, by path; an entry with neither a configuration nor a network.
 */
export function decodeModelEntry(entry: ModelEntry, input: InputSizes = {}): Result<Model> {
  const { id, name, source, config, network } = entry;
  if (network !== undefined) {
    const spec = withInput(network, input);
    return inside(id, "network", spec.ok ? buildNetwork({ id, name, source }, spec.value) : spec);
  }
  if (config === undefined) return refuse([id], "a config or a network", Object.keys(entry));
  const read = decodeHfConfig(onImage(config, input), source);
  return inside(id, "config", read.ok ? ok({ ...read.value, id, name }) : read);
}

/** Whether its input is an image, of which another size may be asked. */
export function hasImage({ network, config }: ModelEntry): boolean {
  return (network?.["image"] ?? config?.["image_size"]) !== undefined;
}

function onImage(
  config: Readonly<Record<string, unknown>>,
  { image }: InputSizes,
): Readonly<Record<string, unknown>> {
  if (image === undefined || config["image_size"] === undefined) return config;
  return { ...config, image_size: image };
}

function inside<T>(id: string, part: string, result: Result<T>): Result<T> {
  if (result.ok) return result;
  return { ok: false, error: { ...result.error, path: [id, part, ...result.error.path] } };
}

/**
 * The entry a name means: by id or alias, whatever the case, the organisation before a slash, or words
 * that do not change the architecture ("-Instruct"), or the tag of a training. A format, or the size of an image, at the
 * end is handed back apart.
 *
 * Errors: names that differ in few letters, when none fits, or where all of them are listed.
 */
export function findModel(entries: readonly ModelEntry[], name: string): Result<FoundModel> {
  const index = indexOf(entries);
  const plain = plainName(name);
  const { bare, format } = withoutFormat(plain);
  const untagged = bare.replace(TRAINING_TAG, "$1");
  for (const candidate of [plain, bare, withoutTuning(bare), untagged, withoutTuning(untagged)]) {
    const entry = index.get(candidate) ?? joined(entries, candidate);
    if (entry !== undefined) return ok({ entry, numerics: isOwn(entry, plain) ? null : format });
  }
  const sized = sizedName(untagged);
  const entry = sized === null ? undefined : index.get(sized.bare);
  if (sized !== null && entry !== undefined && hasImage(entry)) {
    return ok({ entry, numerics: format, input: sized.input });
  }
  const near = closest(index, bare);
  const expected =
    near.length > 0
      ? `a known model, such as ${near.join(", ")}`
      : "a known model, as tenlane catalogue --list models names them";
  return refuse(["model"], expected, name);
}

/** What stands behind a point names data a network was trained on, and the last size: "convnext-base.fb-in22k-ft-in1k-384". */
const TRAINING_TAG = /\.[a-z][a-z\d-]*?(-\d{3})?$/u;

/** Whether the entry itself is called so: what stands at the end is no format of a copy of it. */
function isOwn({ id, name }: ModelEntry, plain: string): boolean {
  return plain === plainName(id) || plain === plainName(name);
}

/** Entries by each of their names; made once, since tables ask for thousands of labels. */
const indexOf = once((entries: readonly ModelEntry[]) => new Map(named(entries)));

/** Entries by their names without dashes. */
const dashless = once((entries: readonly ModelEntry[]) => {
  const index = new Map<string, Set<ModelEntry>>();
  for (const [name, entry] of named(entries)) {
    const short = name.replaceAll("-", "");
    index.set(short, (index.get(short) ?? new Set()).add(entry));
  }
  return index;
});

/** "gpt-2" for "gpt2": the one entry whose name differs in nothing but dashes. */
function joined(entries: readonly ModelEntry[], name: string): ModelEntry | undefined {
  const [entry, ...others] = dashless(entries).get(name.replaceAll("-", "")) ?? [];
  return others.length === 0 ? entry : undefined;
}

function named(entries: readonly ModelEntry[]): readonly (readonly [string, ModelEntry])[] {
  return entries.flatMap((entry) =>
    [...entry.aliases, entry.name, entry.id].map((name) => [plainName(name), entry] as const),
  );
}

/** A name as names are compared: lower case, without the organisation, with one dash for whatever separates words. */
export function plainName(name: string): string {
  const text = name.trim().toLowerCase();
  // A number behind a slash is the size of a patch: "XCiT-tiny-12/8".
  const bare = /^[\w.-]+\/(?!\d+$)[\w.-]+$/u.test(text) ? text.replace(/^.*\//u, "") : text;
  return bare
    .replaceAll(/[\s_:()/-]+/gu, "-")
    .replaceAll(/^-|-$/gu, "")
    .replace(/^meta-llama/u, "llama");
}

const FORMATS: readonly (readonly [suffix: RegExp, numerics: string])[] = [
  [/[-.](fp8-kv|fp8-dynamic|fp8|quantized\.w8a8-fp8)$/u, "fp8"],
  [/[-.](nvfp4|fp4)(-v\d)?$/u, "nvfp4"],
  [/[-.]mxfp4(-.*)?$/u, "mxfp4"],
  [/[-.](awq|gptq|int4|4bit|quantized\.w4a16|w4a16|gptq-int4|awq-int4)$/u, "w4a16"],
  [/[-.](int8|w8a8|quantized\.w8a8)$/u, "w8a8-int8"],
  [/[-.](bf16|bfloat16)$/u, "bf16"],
  [/[-.](fp16|float16)$/u, "fp16"],
  [/[-.]gguf$/u, "q4_k_m"],
];

function withoutFormat(name: string): { readonly bare: string; readonly format: string | null } {
  const ending = /[-.](i?q\d(?:-[a-z0-9]+)*)(\.gguf)?$/u;
  const mixture = ending.exec(name)?.[1]?.replaceAll("-", "_");
  if (mixture !== undefined && numerics(mixture).ok) {
    return { bare: name.replace(ending, ""), format: mixture };
  }
  const found = FORMATS.find(([suffix]) => suffix.test(name));
  if (found !== undefined) return { bare: name.replace(found[0], ""), format: found[1] };
  return { bare: name, format: null };
}

/** Words at the end that name a training, a date or a file form, never another architecture; versions only behind a size. */
function withoutTuning(name: string): string {
  const words =
    /-(instruct|chat|it|hf|base|thinking|(?<=\d[bm]\b.*)v\d+(\.\d+)?|\d{4}|pt|parameters)$/u;
  let bare = name;
  while (words.test(bare)) bare = bare.replace(words, "");
  return bare;
}

const SUGGESTIONS = 3;
/** Share of the letters of a name that may be wrong in one that it is taken for. */
const MISSPELT_MAX = 1 / 3;
/** Letters of a name that are compared. */
const LETTERS_MAX = 80;

function closest(index: ReadonlyMap<string, ModelEntry>, name: string): readonly string[] {
  const most = MISSPELT_MAX * name.length;
  const asked = name.slice(0, LETTERS_MAX);
  const ranked = [...index.entries()]
    .filter(([known]) => Math.abs(known.length - asked.length) <= most)
    .map(([known, entry]) => ({ id: entry.id, distance: editDistance(known, asked) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance || a.id.localeCompare(b.id));
  return [...new Set(ranked.map(({ id }) => id))].slice(0, SUGGESTIONS);
}

/** Letters to change, add or drop to make one word the other (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const substituted = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(substituted, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
