/**
 * Attention over a cache that a caller may keep in one place.
 *
 * As exported, keys and values of all tokens before are copied at every token, and outputs once more by bindings to
 * other languages. GroupQueryAttention of ONNX Runtime takes a past that is longer than the text so far, and writes
 * the new ones behind it, where past and present are the same tensor. A caller whose outputs are copied reads the new
 * ones alone, which are outputs of their own, and puts them there itself.
 * Source: microsoft/onnxruntime, docs/ContribOperators.md, com.microsoft.GroupQueryAttention
 */
import { create } from "@bufbuild/protobuf";
import { ValueInfoProtoSchema } from "onnx-buf";
import type { NodeProto, ValueInfoProto } from "onnx-buf";
import {
  decodeOnnxFile,
  inferValues,
  inOrder,
  type InferredValue,
} from "../../model/onnx/index.ts";
import { ok, type Result } from "../../result.ts";
import { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatTensor, wholeTensor } from "../tensor.ts";
import { unflatten } from "./_unflatten.ts";
import {
  cachedAttention,
  type CachedAttention,
  type CachedValue,
  type Mask,
} from "./_attention.ts";
import { CONTRIB } from "../quantise/_nodes.ts";
import { rewriteExact } from "../rewrites/index.ts";
import { madeNode, wholesSetting, type Setting } from "../rewrites/_nodes.ts";

const ATTENTION = "GroupQueryAttention";
/** What edits are known by, and left out by. */
export const SHARED_CACHE = "shared cache";

/** A decoder that takes keys and values of tokens before: what a loop over tokens has to know. */
export interface Decoder {
  /** Each tensor of the cache [batch, heads, tokens, head]: the input of tokens before, the output with the new ones. */
  readonly tensors: readonly { readonly past: string; readonly present: string }[];
  readonly heads: number;
  readonly head: number;
  /** The input of new tokens, of their places where there is one, and of ones for each token so far. */
  readonly tokens: string;
  readonly places: string | null;
  readonly mask: string;
  /** The output that scores each word of the vocabulary. */
  readonly scores: string;
}

/**
 * Rewrites every attention whose cache is an input and an output; null without one, or without a mask that counts
 * tokens.
 *
 * Fed with a past of its own length the model computes what it did. Fed with a longer one it goes by the mask's length;
 * where `past` and `present` are the same tensor, it writes in place. What masks hide stays hidden, be it at the
 * beginning, in the middle or at the end.
 *
 * Errors: a graph whose sizes do not fit together.
 */
export function shareCache(draft: Draft): Result<Decoder | null> {
  const graph = draft.main;
  const inferred = inferValues(draft.sealed());
  if (!inferred.ok) return inferred;
  const found = [...graph.nodes]
    .filter(({ opType }) => opType === "Softmax")
    .flatMap((softmax) => cachedAttention(graph, softmax, inferred.value) ?? []);
  const [first] = found;
  const ends = endsOf(graph, inferred.value, new Set(found.map(({ key }) => key.present)));
  if (first === undefined || ends === null) return ok(null);
  const before = draft.log.length;
  draft.begin(SHARED_CACHE);
  const pass = new CachePass(draft, ends, inferred.value);
  for (const attention of found) pass.rewrite(attention);
  unflatten(draft, inferred.value);
  dropUnread(graph);
  // A cache that stays in one place is longer than the text: whoever else looks at it would see that.
  if (found.some(({ key, value }) => isReadStill(graph, key) || isReadStill(graph, value))) {
    draft.undoFrom(before);
    return ok(null);
  }
  draft.requireOpset(CONTRIB, 1);
  const tensors = found.flatMap(({ key, value }) =>
    [key, value].map(({ past, present }) => ({ past, present })),
  );
  return ok({ ...ends, tensors, heads: first.heads, head: first.head });
}

function isReadStill(graph: GraphDraft, { past, present }: CachedValue): boolean {
  return graph.consumers(past).length > 1 || graph.consumers(present).length > 0;
}

/** What a loop over tokens has to know of a model; null of one whose attention has no cache. */
export async function decoderOf(model: Uint8Array): Promise<Decoder | null> {
  const decoded = await decodeOnnxFile(model);
  if (!decoded.ok || decoded.value.graph === undefined) return null;
  const draft = Draft.of(decoded.value);
  const { main } = draft;
  const isJoined = ({ name }: { readonly name: string }) =>
    main.consumers(name).some(({ opType }) => opType === "Concat");
  if (!main.proto.input.some(isJoined)) return null;
  const plain = rewriteExact(draft, { target: "native" });
  const found = plain.ok ? shareCache(draft) : plain;
  return found.ok ? found.value : null;
}

/** By input of the cache, the output that holds keys or values of new tokens alone: [batch, tokens, heads * head]. */
export type FreshOutputs = Readonly<Record<string, string>>;

/** Of a `model` whose attention takes a cache that stays in one place; null of others. */
export async function freshOutputs(
  model: Uint8Array,
  { tensors }: Decoder,
): Promise<FreshOutputs | null> {
  const decoded = await decodeOnnxFile(model);
  const graph = decoded.ok ? decoded.value.graph : undefined;
  const outputs = new Set(graph?.output.map(({ name }) => name));
  const found: Record<string, string> = {};
  for (const { opType, input } of graph?.node ?? []) {
    const [, key = "", value = "", pastKey = "", pastValue = ""] = input;
    if (opType !== ATTENTION || !outputs.has(key) || !outputs.has(value)) continue;
    Object.assign(found, { [pastKey]: key, [pastValue]: value });
  }
  return tensors.every(({ past }) => past in found) ? found : null;
}

type Ends = Pick<Decoder, "tokens" | "places" | "mask" | "scores">;

/** Inputs [batch, tokens] of whole numbers, told apart by their names; the output that is no cache. */
function endsOf(graph: GraphDraft, values: Values, presents: ReadonlySet<string>): Ends | null {
  const isWhole = (name: string) =>
    values.get(name)?.type === ELEMENT.int64 && values.get(name)?.shape?.length === 2;
  const inputs = graph.proto.input.map(({ name }) => name).filter((name) => isWhole(name));
  const mask = inputs.find((name) => /mask/iu.test(name));
  const places = inputs.find((name) => /position/iu.test(name)) ?? null;
  const [tokens, ...others] = inputs.filter((name) => name !== mask && name !== places);
  const scores = graph.proto.output
    .map(({ name }) => name)
    .find((name) => values.get(name)?.shape?.length === 3 && !presents.has(name));
  if (mask === undefined || tokens === undefined || scores === undefined) return null;
  return others.length > 0 ? null : { tokens, places, mask, scores };
}

/** Takes out what computed masks and scores, which nothing reads any more: engines would run it. */
function dropUnread(graph: GraphDraft): void {
  for (const node of inOrder([...graph.nodes]).toReversed()) {
    const isRead = (name: string) => graph.isOutput(name) || graph.consumers(name).length > 0;
    if (!node.output.some((name) => isRead(name))) graph.replace([node], [], "nothing reads it");
  }
}

type Values = ReadonlyMap<string, InferredValue>;

class CachePass {
  readonly #draft: Draft;
  readonly #values: Values;
  readonly #graph: GraphDraft;
  /** Names of the last token's place in each sequence, and of the number of tokens. */
  readonly #lengths: readonly [last: string, total: string];
  /** Name of the sizes [1, 1, new tokens, tokens]. */
  readonly #sizes: string;
  /** Names of what masks add to scores, by what the masks are. */
  readonly #biases = new Map<string, string>();

  constructor(draft: Draft, { mask, tokens }: Ends, values: Values) {
    this.#draft = draft;
    this.#values = values;
    this.#graph = draft.main;
    const added: NodeProto[] = [];
    const length = (of: string, axis: number, part: string) => {
      const [shape, size] = [this.#fresh(of, "shape"), this.#fresh(of, part)];
      added.push(this.#node("Shape", [of], [shape]));
      added.push(this.#node("Gather", [shape, this.#whole([axis])], [size]));
      return size;
    };
    const count = length(mask, 1, "count");
    const [less, spread] = [this.#fresh(mask, "count_less_one"), this.#fresh(mask, "lasts")];
    const [last, total] = [this.#fresh(mask, "last"), this.#fresh(mask, "total")];
    const [one, sizes] = [this.#whole([1]), this.#fresh(mask, "sizes")];
    added.push(
      this.#node("Sub", [count, one], [less]),
      this.#node("Expand", [less, length(mask, 0, "sequences")], [spread]),
      this.#node("Cast", [spread], [last], { to: ELEMENT.int32 }),
      this.#node("Cast", [count], [total], { to: ELEMENT.int32 }),
      this.#node("Concat", [one, one, length(tokens, 1, "new"), count], [sizes], { axis: 0 }),
    );
    this.#graph.replace([], added, `"${mask}" says how many tokens there are`);
    this.#lengths = [last, total];
    this.#sizes = sizes;
  }

  rewrite(found: CachedAttention): void {
    const added: NodeProto[] = [];
    const { key, value, queryHeads, heads, head } = found;
    const width = queryHeads * head;
    const output = this.#draft.fresh(`${found.output}_joined`);
    const fresh = [key, value].map((each) => this.#flat(each.fresh, heads * head, added));
    const input = [
      this.#flat(found.query, width, added),
      ...fresh,
      key.past,
      value.past,
      ...this.#lengths,
      ...this.#bias(found.masks, added),
    ];
    const settings = {
      num_heads: queryHeads,
      kv_num_heads: heads,
      scale: { real: found.scale },
    };
    const outputs = [output, key.present, value.present];
    added.push(this.#node(ATTENTION, input, outputs, settings, CONTRIB));
    const turn = this.#graph.onlyConsumer(found.output);
    const isTurned =
      turn?.opType === "Transpose" && wholesSetting(turn, "perm")?.join() === "0,2,1,3";
    const apart = isTurned ? (turn.output[0] ?? "") : this.#draft.fresh(`${found.output}_apart`);
    added.push(this.#node("Reshape", [output, this.#whole([0, 0, queryHeads, head])], [apart]));
    if (!isTurned) added.push(this.#turned(apart, found.output));
    const removed = [key.join, value.join, found.product, ...(isTurned ? [turn] : [])];
    this.#graph.replace(removed, added, `"${key.past}" and "${value.past}" may grow in place`);
    const declared = fresh.map((name) => this.#declared(name, key.present, heads * head));
    this.#graph.addOutputs(declared, `"${fresh.join('" and "')}" are new keys and values alone`);
  }

  /** [batch, heads, tokens, head] as [batch, tokens, heads * head]. */
  #flat(value: string, width: number, added: NodeProto[]): string {
    const turn = this.#graph.producer(value);
    let apart = turn?.input[0] ?? "";
    if (turn?.opType !== "Transpose" || wholesSetting(turn, "perm")?.join() !== "0,2,1,3") {
      apart = this.#draft.fresh(`${value}_apart`);
      added.push(this.#turned(value, apart));
    }
    const whole = this.#unsplit(apart, width);
    if (whole !== null) return whole;
    const flat = this.#draft.fresh(`${value}_flat`);
    added.push(this.#node("Reshape", [apart, this.#whole([0, 0, width])], [flat]));
    return flat;
  }

  /** What [batch, tokens, heads, head] was made of, where that is [batch, tokens, width]. */
  #unsplit(apart: string, width: number): string | null {
    const split = this.#graph.producer(apart);
    const whole = split?.opType === "Reshape" ? (split.input[0] ?? "") : "";
    const shapeOf = (name: string) => this.#values.get(name)?.shape ?? [];
    const tokens = shapeOf(apart).slice(0, 2).join();
    const isSame = [tokens, width].join() === shapeOf(whole).join();
    return isSame && !this.#graph.isOutput(whole) ? whole : null;
  }

  /** Inputs behind the lengths: none, or those left out and the sum of `masks` for every new token. */
  #bias(masks: readonly Mask[], added: NodeProto[]): readonly string[] {
    if (masks.length === 0) return [];
    const key = JSON.stringify(
      masks.map((mask) => (mask.kind === "added" ? mask.value : mask.node.input)),
    );
    const known = this.#biases.get(key);
    if (known !== undefined) return ["", "", "", known];
    let sum = "";
    for (const mask of masks) {
      const one = mask.kind === "added" ? mask.value : this.#chosen(mask, added);
      const both = sum === "" ? one : this.#fresh(one, "sum");
      if (sum !== "") added.push(this.#node("Add", [sum, one], [both]));
      sum = both;
    }
    const bias = this.#fresh(sum, "bias");
    added.push(this.#node("Expand", [sum, this.#sizes], [bias]));
    this.#biases.set(key, bias);
    return ["", "", "", bias];
  }

  /** Nothing where scores were to stay, and else what they became. */
  #chosen({ node, scoresAt }: Extract<Mask, { kind: "chosen" }>, added: NodeProto[]): string {
    const none = floatTensor(this.#draft.fresh("nothing"), [], Float32Array.of(0));
    const inputs = node.input.with(scoresAt, this.#graph.addConstant(none));
    const value = this.#fresh(node.output[0] ?? "", "mask");
    added.push(this.#node("Where", inputs, [value]));
    return value;
  }

  /** An output [batch, tokens, width] of the numbers of `like`. */
  #declared(name: string, like: string, width: number): ValueInfoProto {
    const open = { value: { case: undefined } } as const;
    const fixed = { value: { case: "dimValue", value: BigInt(width) } } as const;
    const known = this.#graph.proto.output.find((each) => each.name === like)?.type?.value;
    const elemType = known?.case === "tensorType" ? known.value.elemType : ELEMENT.float;
    const value = { elemType, shape: { dim: [open, open, fixed] } };
    return create(ValueInfoProtoSchema, {
      name,
      type: { value: { case: "tensorType", value } },
    });
  }

  #fresh(of: string, part: string): string {
    return this.#draft.fresh(`${of}_${part}`);
  }

  #turned(from: string, to: string): NodeProto {
    return this.#node("Transpose", [from], [to], { perm: [0, 2, 1, 3] });
  }

  /** Whole numbers as a tensor of the file. */
  #whole(list: readonly number[]): string {
    return this.#graph.addConstant(wholeTensor(this.#draft.fresh("whole"), list));
  }

  #node(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    settings: Readonly<Record<string, Setting>> = {},
    domain = "",
  ): NodeProto {
    return madeNode(this.#draft, { operator, inputs, outputs, settings, domain });
  }
}
