/** Pairs of QuantizeLinear and DequantizeLinear, and the tensors they read. */
import type { NodeProto } from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatTensor, rawTensor } from "../tensor.ts";
import type { Step } from "./_codes.ts";
import { madeNode } from "../rewrites/_nodes.ts";
import { CONTRIB } from "./_nodes.ts";

/** Scale and zero point of a value, by the names of their tensors. */
export interface NamedStep extends Step {
  readonly scaleName: string;
  readonly zeroName: string;
}

/** The opset from which the standard's DequantizeLinear takes an axis. Source: onnx/onnx, docs/Changelog.md */
const AXIS_OPSET = 13;

export class Pairs {
  readonly #draft: Draft;
  readonly #graph: GraphDraft;
  readonly #domain: string;

  constructor(draft: Draft, graph: GraphDraft) {
    this.#draft = draft;
    this.#graph = graph;
    // ONNX Runtime's own operators take an axis at any opset; an upgrade might change what other nodes mean.
    this.#domain = draft.opset() < AXIS_OPSET ? CONTRIB : "";
    if (this.#domain !== "") draft.requireOpset(CONTRIB, 1);
  }

  /** A scale and a zero point of codes 0 to 255. */
  named(value: string, step: Step): NamedStep {
    const scaleName = this.#draft.fresh(`${value}_scale`);
    const zeroName = this.#draft.fresh(`${value}_zero`);
    this.#graph.addConstant(floatTensor(scaleName, [], Float32Array.of(step.scale)));
    this.#graph.addConstant(rawTensor(zeroName, ELEMENT.uint8, [], Uint8Array.of(step.zero)));
    return { ...step, scaleName, zeroName };
  }

  /** `from` in 8 bits, and out of them again as `to`. */
  through(from: string, to: string, { scaleName, zeroName }: NamedStep): readonly NodeProto[] {
    const codes = this.#draft.fresh(`${to}_codes`);
    return [
      this.#node("QuantizeLinear", [from, scaleName, zeroName], codes),
      this.#node("DequantizeLinear", [codes, scaleName, zeroName], to),
    ];
  }

  /** Constant codes, out of which a node makes numbers: its name, and the node. */
  constant(
    stem: string,
    codes: Int8Array<ArrayBuffer> | Int32Array<ArrayBuffer>,
    dims: readonly number[],
    scales: Float32Array,
    axis: number,
  ): { readonly name: string; readonly node: NodeProto } {
    const type = codes instanceof Int8Array ? ELEMENT.int8 : ELEMENT.int32;
    const fresh = (suffix: string) => this.#draft.fresh(`${stem}_${suffix}`);
    const bytes = new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength);
    const zeros = new Uint8Array(scales.length * codes.BYTES_PER_ELEMENT);
    const names = [
      this.#graph.addConstant(rawTensor(fresh("codes"), type, dims, bytes)),
      this.#graph.addConstant(floatTensor(fresh("scale"), [scales.length], scales)),
      this.#graph.addConstant(rawTensor(fresh("zero"), type, [scales.length], zeros)),
    ];
    const name = fresh("numbers");
    return { name, node: this.#node("DequantizeLinear", names, name, { axis }) };
  }

  #node(
    operator: string,
    inputs: readonly string[],
    output: string,
    settings: Readonly<Record<string, number>> = {},
  ): NodeProto {
    const domain = this.#domain;
    return madeNode(this.#draft, { operator, inputs, outputs: [output], settings, domain });
  }
}
