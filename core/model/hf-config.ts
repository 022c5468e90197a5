/**
 * A Hugging Face `config.json` as a model.
 *
 * Fields decide; the `model_type` adds only what an architecture's code knows and its configuration does
 * not say (`_traits.ts`). An unknown type with the usual fields is read as Llama-like, and says so.
 */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import { decoderStack } from "./_decoder.ts";
import { encoderStacks, isEncoderArchitecture } from "./_encoder.ts";
import { encoderDecoderStacks, isEncoderDecoder } from "./_encoder-decoder.ts";
import { Fields, isObject } from "./_fields.ts";
import { FIELD_NAMES } from "./_names.ts";
import { projector } from "./_projector.ts";
import { checkpointNumerics } from "./_quantisation.ts";
import { isKnownArchitecture, traitsOf } from "./_traits.ts";
import { isVisionArchitecture, visionStack } from "./_vision.ts";
import { clipStacks, isVisionText } from "./_vision-text.ts";
import type { Stack, Transformer } from "./model.ts";

/**
 * The model a configuration describes. `source` is where it was read, and names the model where the configuration does not.
 *
 * Errors: path, expected and got of the first field that is missing, of the wrong kind, or
 * contradicts another.
 */
export function decodeHfConfig(json: unknown, source: string): Result<Transformer> {
  if (!isObject(json)) return refuse([], "a JSON object", json);
  const fields = new Fields(flattened(json), [], FIELD_NAMES);
  const assumptions: string[] = [];
  const stacks = stacksOf(fields, assumptions);
  const contextMax = textOf(fields).countOr("max_position_embeddings", null);
  const hasExperts = stacks.some((stack) =>
    stack.layers.some(({ layer }) => layer.feedForward?.kind === "experts"),
  );
  const numerics = checkpointNumerics({ fields: numericFields(fields), hasExperts, assumptions });
  if (fields.problem !== null) return { ok: false, error: fields.problem };
  return ok({
    kind: "transformer",
    id: source,
    name: nameOf(fields, source),
    source,
    stacks,
    ...(contextMax === null ? {} : { contextMax }),
    numerics,
    assumptions,
  });
}

/** DBRX and MPT keep some of their figures one level down. */
function flattened(json: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const groups = ["ffn_config", "attn_config"].map((name) =>
    Object.hasOwn(json, name) ? json[name] : null,
  );
  return Object.assign({}, ...groups.filter(isObject), json);
}

function stacksOf(fields: Fields, assumptions: string[]): readonly Stack[] {
  const type = fields.text("model_type") ?? "";
  if (isVisionText(fields)) return clipStacks(fields);
  if (isEncoderDecoder(fields, type)) return encoderDecoderStacks(fields, type);
  if (isEncoderArchitecture(type)) return encoderStacks(fields, type);
  if (isVisionArchitecture(type) && fields.has("patch_size")) {
    return [visionStack(fields, () => classifier(fields))];
  }
  return languageStacks(fields, assumptions);
}

/** ImageNet's thousand classes unless labels are listed. */
function classifier(fields: Fields): Stack["head"] {
  const labels = fields.raw("id2label");
  const outputs = isObject(labels)
    ? Object.keys(labels).length
    : fields.countOr("num_labels", 1000);
  return { kind: "linear", outputs, bias: true };
}

function languageStacks(fields: Fields, assumptions: string[]): readonly Stack[] {
  const text = textOf(fields);
  const type = text.text("model_type") ?? fields.text("model_type") ?? "";
  if (!isKnownArchitecture(type)) noteUnknown(text, type, assumptions);
  const traits = traitsOf(type);
  const inner = text === fields ? {} : traits.innerDefaults;
  noteDefaults(text, { type, defaults: inner, assumptions });
  const inherited = fields.has("tie_word_embeddings")
    ? { tie_word_embeddings: fields.flag("tie_word_embeddings", traits.tied) }
    : {};
  const decoder = decoderStack(
    text.withDefaults({ ...traits.defaults, ...inner, ...inherited }),
    traits,
  );
  const vision = (fields.part("thinker_config") ?? fields).part("vision_config");
  if (vision === null) return [decoder];
  return [
    visionStack(vision, (hidden) => projector(vision, { hidden, outputs: decoder.hidden, fields })),
    decoder,
  ];
}

/** Fields of mixers, streams and loops that no Llama has: with them the operators would be others. */
const FOREIGN =
  /^(?:compress|hc_|hyper_conn|o_lora_rank|o_groups|ssm_|mamba_|time_mix|conv_kernel|num_loops|num_recurr)/u;

/** An unknown architecture is read as Llama-like, unless a field says that it is not. */
function noteUnknown(text: Fields, type: string, assumptions: string[]): void {
  const named = `model_type "${type.slice(0, 40)}"`;
  const foreign = text.nameLike(FOREIGN);
  if (foreign !== null) {
    text.refuse(foreign, `an architecture that can be read: ${named} is not known`, foreign);
  }
  assumptions.push(`${named} is not known: read as a Llama-like decoder`);
}

function noteDefaults(
  text: Fields,
  given: {
    readonly type: string;
    readonly defaults: Readonly<Record<string, unknown>>;
    readonly assumptions: string[];
  },
): void {
  const missing = Object.entries(given.defaults).filter(([name]) => !text.has(name));
  if (missing.length === 0) return;
  const figures = missing.map(([name, value]) => `${name} ${String(value)}`).join(", ");
  given.assumptions.push(`not stated, default of ${given.type}: ${figures}`);
}

/** The part that describes the language model, inside a larger one or the whole. */
function textOf(fields: Fields): Fields {
  const outer = fields.part("thinker_config") ?? fields;
  const names = ["text_config", "language_config", "llm_config"];
  return names.map((name) => outer.part(name)).find((part) => part !== null) ?? fields;
}

/** Where dtype and quantisation stand: at the top if anything does, else in the text part. */
function numericFields(fields: Fields): Fields {
  const names = ["torch_dtype", "dtype", "quantization_config", "quantization"];
  return names.some((name) => fields.has(name)) ? fields : textOf(fields);
}

/** The name it was saved under, unless that is a path of somebody's machine. */
function nameOf(fields: Fields, source: string): string {
  const saved = fields.text("_name_or_path") ?? "";
  return /^[\w.-]+\/[\w.-]+$/u.test(saved) && !saved.startsWith(".") ? saved : source;
}
