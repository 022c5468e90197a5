/** The nodes of a network as a graph is walked, weights shared out among them. */
import { nodeMacs } from "../network-size.ts";
import type { NodeWork } from "../network.ts";
import type { GraphNode } from "./_graph-node.ts";
import { elements, type Stored, type Value } from "./_value.ts";
import { costsOf, isPointwise, type Formats } from "./_work.ts";

export interface Emitted {
  readonly name: string;
  readonly count: number;
  readonly parameters: number;
  /** Its weights are another node's. */
  readonly shared: boolean;
  readonly work: NodeWork;
  readonly formats: Formats;
  /** Its arithmetic is not known, only its traffic. */
  readonly isUnmodelled: boolean;
}

/** A run of nodes that an engine computes in one kernel. */
interface Chain {
  readonly start: number;
  readonly values: number;
}

export class Emissions {
  #nodes: Emitted[] = [];
  #owned = new Set<Stored>();
  #chain: Chain | null = null;
  #unpacked = 0;

  get nodes(): readonly Emitted[] {
    return this.#nodes;
  }

  /** By how much packed weights are more than the values they are stored in. */
  get unpacked(): number {
    return this.#unpacked;
  }

  /** Work after this does not continue what ran before. */
  breakChain(): void {
    this.#chain = null;
  }

  /** Adds what `node` computes `times` over; the place of its last node, for those that read it. */
  add(
    node: GraphNode,
    outputs: readonly Value[],
    given: { readonly times: number; readonly name: string; readonly isUnmodelled: boolean },
  ): number {
    const weights = node.inputs.flatMap((input) => input?.stored ?? []);
    const costs = costsOf(node, outputs);
    for (const [index, { work, formats, parameters }] of costs.entries()) {
      const own = index === 0 ? this.#own(new Set(weights), parameters) : NOTHING;
      const fused = index === 0 ? this.#fused(node, work, outputs) : work;
      const { times: count, name, isUnmodelled } = given;
      const shared = own.shared || count !== 1;
      this.#nodes.push({ name, count, ...own, shared, work: fused, formats, isUnmodelled });
    }
    const last = this.#nodes.length - 1;
    const values = elements(outputs[0]) ?? 0;
    if (this.#chain === null || !isJoined(this.#nodes[last])) this.#chain = { start: last, values };
    return last;
  }

  /** All weights where none has an owner yet; only new ones where some have, unless most do. */
  #own(
    weights: ReadonlySet<Stored>,
    packed: number | undefined,
  ): { readonly parameters: number; readonly shared: boolean } {
    const total = (list: readonly Stored[]) => list.reduce((sum, each) => sum + each.elements, 0);
    const fresh = [...weights].filter((each) => !this.#owned.has(each));
    for (const each of fresh) this.#owned.add(each);
    const all = packed ?? total([...weights]);
    if (packed !== undefined) this.#unpacked += packed - total(fresh);
    if (fresh.length === weights.size) return { parameters: all, shared: false };
    const isShared = total(fresh) * 2 < total([...weights]);
    return isShared
      ? { parameters: all, shared: true }
      : { parameters: total(fresh), shared: false };
  }

  /** A pointwise node that takes up the tensor just written; what is still on chip is not read. */
  #fused(node: GraphNode, work: NodeWork, outputs: readonly Value[]): NodeWork {
    const chain = this.#chain;
    const last = this.#nodes.length - 1;
    if (chain === null || work.kind !== "elementwise" || !isPointwise(node.operator)) return work;
    const continues = node.inputs.some((input) => input?.origin === last);
    if (!continues || work.written !== chain.values || outputs.length === 0) return work;
    const inside = node.inputs.filter((input) => (input?.origin ?? -1) >= chain.start);
    const held = inside.reduce((sum, input) => sum + (elements(input) ?? 0), 0);
    const others = Math.max(0, work.read - held);
    return { ...work, read: work.written + others, pointwise: true };
  }

  /** Walks on with what `walk` adds set apart. */
  apart<T>(walk: () => T): { readonly result: T; readonly nodes: readonly Emitted[] } {
    const before = this.#nodes.length;
    const result = walk();
    return { result, nodes: this.#nodes.splice(before) };
  }

  append(nodes: readonly Emitted[]): void {
    for (const node of nodes) this.#nodes.push(node);
    this.breakChain();
  }
}

const NOTHING = { parameters: 0, shared: false };

function isJoined(node: Emitted | undefined): boolean {
  return node?.work.kind === "elementwise" && node.work.pointwise === true;
}

/** Work to compare branches by: products, and values written. */
export function workOf(nodes: readonly Emitted[]): number {
  return nodes.reduce(
    (sum, node) =>
      sum + nodeMacs(node) + (node.work.kind === "elementwise" ? node.work.written : 0),
    0,
  );
}
