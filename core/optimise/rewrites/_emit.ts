/** Nodes that rewrites put in for affine maps. */
import type { NodeProto } from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { floatTensor } from "../tensor.ts";
import { at, isAll, type Affine, type Lay } from "./_affine.ts";
import { madeNode } from "./_nodes.ts";

export interface Through {
  readonly input: string;
  readonly output: string;
  readonly lay: Lay;
}

/** A constant of `list`, shaped so that it meets the channels; returns its name. */
export function channelConstant(
  graph: GraphDraft,
  draft: Draft,
  given: { readonly stem: string; readonly list: Float64Array; readonly lay: Lay },
): string {
  const { stem, list, lay } = given;
  const after = lay.rank - lay.axis - 1;
  const dims = list.length === 1 ? [] : [list.length, ...Array.from({ length: after }, () => 1)];
  return graph.addConstant(floatTensor(draft.fresh(stem), dims, Float32Array.from(list)));
}

/** Mul and Add, as far as either does something; at least one of them does. */
export function affineNodes(
  graph: GraphDraft,
  draft: Draft,
  affine: Affine,
  { input, output, lay }: Through,
): readonly NodeProto[] {
  const nodes: NodeProto[] = [];
  const isAdded = !isAll(affine.offset, 0);
  let value = input;
  if (!isAll(affine.scale, 1)) {
    const scale = channelConstant(graph, draft, {
      stem: `${output}/scale`,
      list: affine.scale,
      lay,
    });
    const scaled = isAdded ? draft.fresh(`${output}/scaled`) : output;
    nodes.push(madeNode(draft, { operator: "Mul", inputs: [value, scale], outputs: [scaled] }));
    value = scaled;
  }
  if (isAdded) {
    const list = affine.offset;
    const offset = channelConstant(graph, draft, { stem: `${output}/offset`, list, lay });
    nodes.push(madeNode(draft, { operator: "Add", inputs: [value, offset], outputs: [output] }));
  }
  return nodes;
}

/** A convolution that scales and shifts each channel alone: an engine keeps its blocked layout through it. */
export function channelConv(
  graph: GraphDraft,
  draft: Draft,
  affine: Affine,
  { input, output, lay }: Through,
): NodeProto {
  const { channels } = lay;
  const spread = (stem: string, list: Float64Array, dims: readonly number[]) => {
    const values = Float32Array.from({ length: channels }, (_, channel) => at(list, channel));
    return graph.addConstant(floatTensor(draft.fresh(stem), dims, values));
  };
  const weights = spread(`${output}/scale`, affine.scale, [channels, 1, 1, 1]);
  const bias = isAll(affine.offset, 0)
    ? []
    : [spread(`${output}/offset`, affine.offset, [channels])];
  return madeNode(draft, {
    operator: "Conv",
    inputs: [input, weights, ...bias],
    outputs: [output],
    settings: { group: channels, kernel_shape: [1, 1] },
  });
}

/** Clip as the model's operator set has it. */
export function clipNode(
  graph: GraphDraft,
  draft: Draft,
  given: {
    readonly input: string;
    readonly output: string;
    readonly lower: number;
    readonly upper: number;
  },
): NodeProto {
  const { input, output, lower, upper } = given;
  const bound = (stem: string, value: number) =>
    graph.addConstant(floatTensor(draft.fresh(`${output}/${stem}`), [], Float32Array.of(value)));
  return draft.opset() < CLIP_INPUTS_FROM
    ? madeNode(draft, {
        operator: "Clip",
        inputs: [input],
        outputs: [output],
        settings: { min: { real: lower }, max: { real: upper } },
      })
    : madeNode(draft, {
        operator: "Clip",
        inputs: [input, bound("min", lower), bound("max", upper)],
        outputs: [output],
      });
}

/** Source: onnx/onnx, docs/Changelog.md, Clip-11. */
export const CLIP_INPUTS_FROM = 11;
