/** What a graph computes from its own tensors alone is computed once, by the engine that would in every run. */
import { create } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
  type NodeProto,
} from "onnx-buf";
import { encodeOnnxFile, innerGraphs } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import type { HostTensor, Outcome, Runner, Session } from "../runner.ts";
import { rawTensor } from "../tensor.ts";
import { isStandard } from "./_nodes.ts";

/** Results larger than this, and than what the file no longer holds for them, stay to be computed. */
const BYTES_MAX = 2 ** 20;

/** No rewriting: what is folded is what the file's own operators give. */
const SESSION: Session = { threads: 1, provider: "cpu", optimises: false };

/** What stays to be computed in every run: other values in each, and codes of weights, which engines multiply as codes. */
const STAYING = /^(?:Random|Bernoulli|Multinomial|Dropout|Constant$|DequantizeLinear$)/u;

/**
 * Folds what the main graph computes of constants alone. The number of values folded; with an engine that fails, the
 * model is as it was.
 */
export async function foldConstants(draft: Draft, runner: Runner): Promise<Outcome<number>> {
  const { main } = draft;
  const found = foldable(main);
  if (found.results.length === 0) return { kind: "done", value: 0 };
  const bytes = encodeOnnxFile(partOf(draft, found));
  const ran = await runner.outputs(bytes, [{}], SESSION);
  if (ran.kind === "failed") return ran;
  const [given = {}] = ran.value;
  draft.begin("fold-constants");
  let count = 0;
  for (const { node, name } of found.results) {
    const tensor = given[name];
    if (tensor === undefined || tensor.bytes.length > Math.max(BYTES_MAX, found.bytes)) continue;
    main.hold(node, held(tensor), `${node.opType} of constants was computed beforehand`);
    count += 1;
  }
  const unread = main.unread();
  if (unread.length > 0) main.replace(unread, [], "nothing reads what these compute");
  return { kind: "done", value: count };
}

interface Foldable {
  readonly nodes: readonly NodeProto[];
  /** Tensors of the file that they read. */
  readonly held: readonly string[];
  /** Of the largest that nothing else reads. */
  readonly bytes: number;
  /** What others read of them. */
  readonly results: readonly { readonly node: NodeProto; readonly name: string }[];
}

function foldable(graph: GraphDraft): Foldable {
  const known = new Set<string>();
  const nodes: NodeProto[] = [];
  const held = new Set<string>();
  for (const node of graph.proto.node) {
    const read = node.input.filter((name) => name !== "");
    const isKnown = read.every((name) => known.has(name) || graph.constant(name) !== null);
    const isPlain = isStandard(node) && node.output.length === 1 && innerGraphs(node).length === 0;
    if (read.length === 0 || !isKnown || !isPlain || STAYING.test(node.opType)) continue;
    nodes.push(node);
    known.add(node.output[0] ?? "");
    for (const name of read) if (!known.has(name)) held.add(name);
  }
  const inside = new Set(nodes);
  const results = nodes.flatMap((node) => {
    const [name = ""] = node.output;
    const isRead = graph.consumers(name).some((reader) => !inside.has(reader));
    return isRead && !graph.isOutput(name) ? [{ node, name }] : [];
  });
  const freed = [...held].filter((name) =>
    graph.consumers(name).every((reader) => inside.has(reader)),
  );
  const sizes = freed.map((name) => graph.constant(name)?.rawData.length ?? 0);
  return { nodes, held: [...held], bytes: Math.max(0, ...sizes), results };
}

function partOf(draft: Draft, { nodes, held, results }: Foldable): ModelProto {
  const { irVersion, opsetImport } = draft.model;
  return create(ModelProtoSchema, {
    irVersion: irVersion < 4n ? 4n : irVersion,
    opsetImport,
    graph: create(GraphProtoSchema, {
      name: "constants",
      node: [...nodes],
      initializer: held.flatMap((name) => draft.main.constant(name) ?? []),
      output: results.map(({ name }) => create(ValueInfoProtoSchema, { name })),
    }),
  });
}

function held({ type, dims, bytes }: HostTensor): ReturnType<typeof rawTensor> {
  return rawTensor("", type, dims, new Uint8Array(bytes));
}
