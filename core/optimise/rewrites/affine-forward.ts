/**
 * Arithmetic with constants before a layer that is linear goes into its weights.
 *
 * What is multiplied always can. What is added can where the layer pads nothing: padding is zero, not what
 * was added; there the factor alone goes on.
 */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import {
  affineChain,
  affineStep,
  at,
  composed,
  IDENTITY,
  isAll,
  isFinite,
  type Affine,
  type AffineChain,
  type Lay,
} from "./_affine.ts";
import { affineNodes } from "./_emit.ts";
import { linearOf, precededBy, type Linear } from "./_linear.ts";
import { isOperator, textSetting, wholeSetting, wholesSetting } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const affineForward: Rewrite = {
  name: "affine-forward",
  summary: "multiplying and adding constants before a layer goes into its weights and bias",
  exactness: "bounded",
  apply: nodeByNode(push),
};

function push(graph: GraphDraft, node: NodeProto, around: Around): void {
  const { draft, values } = around;
  const input = node.input.find((name) => graph.constant(name) === null);
  if (input === undefined || !isOperator(node, "Add", "Sub", "Mul", "Div", "BatchNormalization"))
    return;
  if (isFused(graph, input)) return;
  const readers = layersAfter(graph, node, around);
  const [first] = readers ?? [];
  if (readers === null || first === undefined) return;
  if (isContinued(graph, input, inputLay(first))) return;
  const rank = values.get(input)?.shape?.length ?? null;
  const chain = chainFrom(graph, node, { input, lay: inputLay(first) });
  if (chain === null || rank !== first.lay.rank) return;
  if (first.node.input[0] !== chain.output) return;
  const isWhole = isAll(chain.affine.offset, 0) || readers.every(isUnpadded);
  const pushed = isWhole ? chain.affine : { ...IDENTITY, scale: chain.affine.scale };
  const left = isWhole ? null : leftOf(chain);
  if (!isWhole && (left === null || chain.nodes.length < 2)) return;
  const value = left === null ? input : draft.fresh(`${chain.output}/unscaled`);
  const layers = readers.map((each) =>
    precededBy(graph, draft, each, { affine: pushed, input: value }),
  );
  if (layers.includes(null)) return;
  const before =
    left === null
      ? []
      : affineNodes(graph, draft, left, { input, output: value, lay: inputLay(first) });
  const operators = chain.nodes.map(({ opType }) => opType).join(", ");
  const after = [...new Set(readers.map((each) => each.node.opType))].join(" and ");
  graph.replace(
    [...chain.nodes, ...readers.map((each) => each.node)],
    [...before, ...layers.flatMap((each) => each ?? [])],
    `${operators} with constants before ${after} became part of its weights`,
  );
}

/**
 * Whether `value` is a product or quotient with what comes of these: the arithmetic after it is part of a
 * normalisation or of a GELU, which an engine fuses as a whole.
 */
function isFused(graph: GraphDraft, value: string): boolean {
  const writer = graph.producer(value);
  if (writer === null || !isOperator(writer, "Div", "Mul")) return false;
  return writer.input.some((name) => {
    const factor = graph.producer(name);
    if (factor === null) return false;
    const before = isOperator(factor, "Add", "Mul") ? factor.input : [name];
    return before.some((each) => {
      const source = graph.producer(each);
      return source !== null && isOperator(source, "Sqrt", "Reciprocal", "Pow", "Erf", "Tanh");
    });
  });
}

/** Whether the chain starts earlier than at `value`. */
function isContinued(graph: GraphDraft, value: string, lay: Lay): boolean {
  const writer = graph.producer(value);
  if (writer === null || graph.onlyConsumer(value) === null) return false;
  const input = writer.input.find((name) => graph.constant(name) === null);
  return input !== undefined && affineStep(graph, writer, input, lay) !== null;
}

/** The layers that alone read what the chain from `node` on gives; null where others do. */
function layersAfter(
  graph: GraphDraft,
  node: NodeProto,
  { values }: Around,
): readonly Linear[] | null {
  let output = node.output[0] ?? "";
  for (;;) {
    const next = graph.onlyConsumer(output);
    if (next === null || !isOperator(next, "Add", "Sub", "Mul", "Div", "BatchNormalization")) break;
    output = next.output[0] ?? "";
  }
  const readers = graph.consumers(output);
  if (readers.length === 0 || graph.isOutput(output)) return null;
  const layers = readers.map((reader) => {
    const isOnce = reader.input.filter((name) => name === output).length === 1;
    const isTurned = wholeSetting(reader, "transA", 0) === 1;
    const rank = values.get(output)?.shape?.length ?? null;
    return isOnce && reader.input[0] === output && !isTurned ? linearOf(graph, reader, rank) : null;
  });
  const found = layers.filter((each) => each !== null);
  const isAlike = found.every(
    (each) => inputLay(each).channels === inputLay(found[0] ?? each).channels,
  );
  return found.length === layers.length && isAlike ? found : null;
}

function chainFrom(
  graph: GraphDraft,
  node: NodeProto,
  { input, lay }: { readonly input: string; readonly lay: Lay },
): AffineChain | null {
  const step = affineStep(graph, node, input, lay);
  if (step === null || !isFinite(step)) return null;
  const output = node.output[0] ?? "";
  const rest = affineChain(graph, output, lay);
  if (rest === null) return { nodes: [node], affine: step, output };
  return { ...rest, nodes: [node, ...rest.nodes], affine: composed(step, rest.affine) };
}

/** What has to stay where the factor went on: `s * x + t` is `s * (x + t / s)`. */
function leftOf({ affine: { scale, offset } }: AffineChain): Affine | null {
  if (scale.includes(0) || isAll(scale, 1)) return null;
  const length = Math.max(scale.length, offset.length);
  const left = Float64Array.from({ length }, (_, index) => at(offset, index) / at(scale, index));
  return left.every(Number.isFinite) ? { ...IDENTITY, offset: left } : null;
}

function inputLay({ node, lay, weight }: Linear): Lay {
  const [first = 0, second = 0] = weight.dims.map(Number);
  const group = wholeSetting(node, "group", 1);
  if (node.opType === "Conv") return { ...lay, channels: second * group };
  if (node.opType === "ConvTranspose") return { ...lay, channels: first };
  const isTurned = wholeSetting(node, "transB", 0) === 1 && node.opType === "Gemm";
  return { ...lay, channels: isTurned ? second : first };
}

/** Whether every output of the layer is a sum over all of the kernel. */
function isUnpadded({ node }: Linear): boolean {
  if (node.opType === "ConvTranspose") return false;
  const automatic = textSetting(node, "auto_pad", "NOTSET");
  if (automatic !== "NOTSET" && automatic !== "VALID") return false;
  return automatic === "VALID" || (wholesSetting(node, "pads") ?? []).every((pad) => pad === 0);
}
