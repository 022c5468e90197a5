/** Small graphs and what rewrites make of them, for tests. */
import type { GraphProto, NodeProto, TensorProto } from "onnx-buf";
import { assert } from "../../assert.ts";
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { file } from "../../model/onnx/_fake-models.ts";
import { Draft } from "../draft.ts";
import { floatsOf, floatTensor } from "../tensor.ts";
import { REWRITES, rewriteExact, type RewriteOptions } from "./index.ts";

type Parts = Parameters<typeof file>[0];

export async function draftOf(parts: Parts, opset = 13): Promise<Draft> {
  const model = await decodeOnnxFile(file(parts, { opset }));
  assert(model.ok, "a small file reads");
  return Draft.of(model.value);
}

/** A tensor of floats. */
export function floats(
  name: string,
  dims: readonly number[],
  values: readonly number[],
): TensorProto {
  return floatTensor(name, dims, Float32Array.from(values));
}

export class Rewritten {
  readonly draft: Draft;

  constructor(draft: Draft) {
    this.draft = draft;
  }

  get graph(): GraphProto {
    const { graph } = this.draft.sealed();
    assert(graph !== undefined, "there is a graph");
    return graph;
  }

  get nodes(): readonly NodeProto[] {
    return this.graph.node;
  }

  get operators(): readonly string[] {
    return this.nodes.map(({ opType }) => opType);
  }

  /** The floats that a node's input holds. */
  held(nodeIndex: number, place: number): readonly number[] {
    const name = this.nodes[nodeIndex]?.input[place] ?? "";
    const tensor = this.draft.main.constant(name);
    assert(tensor !== null, `"${name}" is no constant`);
    return [...(floatsOf(tensor) ?? [])];
  }

  attribute(nodeIndex: number, name: string): number {
    const found = this.nodes[nodeIndex]?.attribute.find((each) => each.name === name);
    assert(found !== undefined, `no ${name}`);
    return found.type === 1 ? found.f : Number(found.i);
  }
}

/** What the rewrites of these names alone make of a graph. */
export async function rewrittenBy(
  names: readonly string[],
  parts: Parts,
  given: Partial<RewriteOptions> & { readonly opset?: number } = {},
): Promise<Rewritten> {
  const { opset, target = "native", ...options } = given;
  const draft = await draftOf(parts, opset);
  const skip = new Set(REWRITES.map(({ name }) => name).filter((name) => !names.includes(name)));
  const result = rewriteExact(draft, { ...options, target, skip });
  assert(result.ok, JSON.stringify(result));
  return new Rewritten(draft);
}
