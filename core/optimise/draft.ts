/**
 * A model that is being rewritten.
 *
 * The model stays the message it was decoded from, so that whatever no rewrite touches (unknown operators,
 * domains, metadata, inner graphs) is written as it was read. Beside it stands who writes and who reads
 * each value, a log of every edit, and what takes an edit back.
 */
import { create } from "@bufbuild/protobuf";
import {
  OperatorSetIdProtoSchema,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from "onnx-buf";
import { assert } from "../assert.ts";
import { GraphDraft, type Note } from "./graph-draft.ts";
import { innerGraphs } from "../model/onnx/index.ts";

/** One edit: what it was for, and what it did. */
export interface Edit {
  /** "affine-folding": the rewrite that made it. */
  readonly rewrite: string;
  /** A sentence for people. */
  readonly why: string;
  /** Names of the nodes of the file that it changed, through all rewrites before. */
  readonly origins: readonly string[];
  /** Operators taken out and put in. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

interface Logged extends Edit {
  readonly undo: () => void;
}

export class Draft {
  readonly model: ModelProto;
  readonly main: GraphDraft;
  readonly #drafts = new Map<GraphProto, GraphDraft>();
  readonly #log: Logged[] = [];
  readonly #origins = new Map<NodeProto, readonly string[]>();
  readonly #names: Set<string>;
  #rewrite = "";
  #fresh = 0;

  readonly #note: Note = (why, change, undo) => {
    const origins = [...new Set(change.removed.flatMap((node) => this.originsOf(node)))];
    for (const node of change.added) this.#origins.set(node, origins);
    this.#log.push({
      rewrite: this.#rewrite,
      why,
      origins,
      removed: change.removed.map(({ opType }) => opType),
      added: change.added.map(({ opType }) => opType),
      undo,
    });
  };

  private constructor(model: ModelProto) {
    this.model = model;
    assert(model.graph !== undefined, "a model without a graph is refused when it is read");
    this.main = this.#draftOf(model.graph, null);
    this.#names = new Set(this.graphs.flatMap((graph) => [...graph.names(), ...nodeNames(graph)]));
  }

  /** A draft that takes `model` over. The bytes of its tensors are views of a file: replaced, never written to. */
  static of(model: ModelProto): Draft {
    return new Draft(model);
  }

  /** The main graph first, then every graph inside it. */
  get graphs(): readonly GraphDraft[] {
    const within = (graph: GraphDraft): readonly GraphDraft[] => [
      graph,
      ...graph.nodes.flatMap((node) =>
        innerGraphs(node).flatMap((inner) => within(this.#draftOf(inner, graph))),
      ),
    ];
    return within(this.main);
  }

  #draftOf(graph: GraphProto, outer: GraphDraft | null): GraphDraft {
    const known = this.#drafts.get(graph);
    if (known !== undefined) return known;
    for (const node of graph.node) {
      if (this.#origins.has(node)) continue;
      this.#origins.set(node, [node.name === "" ? (node.output[0] ?? "") : node.name]);
    }
    const draft = new GraphDraft(graph, outer, this.#note);
    this.#drafts.set(graph, draft);
    return draft;
  }

  get log(): readonly Edit[] {
    return this.#log.map(({ undo: _, ...edit }) => edit);
  }

  /** Edits from here on are `name`'s. */
  begin(name: string): void {
    this.#rewrite = name;
  }

  /** A name that nothing in the model has. */
  fresh(stem: string): string {
    let name = stem;
    while (this.#names.has(name)) {
      this.#fresh += 1;
      name = `${stem}_${this.#fresh}`;
    }
    this.#names.add(name);
    return name;
  }

  originsOf(node: NodeProto): readonly string[] {
    return this.#origins.get(node) ?? [];
  }

  /** Takes back every edit from the one at `place` of the log on. */
  undoFrom(place: number): void {
    while (this.#log.length > place) this.#log.pop()?.undo();
  }

  /** Version of an operator set; 0 where the model does not use it. */
  opset(domain = ""): number {
    const names = domain === "" ? ["", "ai.onnx"] : [domain];
    const found = this.model.opsetImport.find((each) => names.includes(each.domain));
    return Number(found?.version ?? 0);
  }

  /** Has the model use at least `version` of `domain`, which must not change what its nodes mean. */
  requireOpset(domain: string, version: number): void {
    if (this.opset(domain) >= version) return;
    const names = domain === "" ? ["", "ai.onnx"] : [domain];
    const found = this.model.opsetImport.find((each) => names.includes(each.domain));
    if (found === undefined) {
      const added = create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) });
      this.model.opsetImport.push(added);
    } else found.version = BigInt(version);
  }

  /** The model as it stands, its nodes in an order that runs; sizes noted of values that are gone left out. */
  sealed(): ModelProto {
    for (const graph of this.graphs) graph.seal();
    const inputs = new Set(this.main.proto.input.map(({ name }) => name));
    const isDeclared = this.main.proto.initializer.every(({ name }) => inputs.has(name));
    if (!isDeclared && this.model.irVersion < UNDECLARED_FROM) {
      this.model.irVersion = UNDECLARED_FROM;
    }
    return this.model;
  }
}

/** Tensors of a file need not be inputs as well from this version of the format on. Source: onnx/onnx, docs/IR.md */
const UNDECLARED_FROM = 4n;

function nodeNames(graph: GraphDraft): readonly string[] {
  return graph.nodes.flatMap(({ name }) => (name === "" ? [] : [name]));
}
