/**
 * Relational graph attention: each layer projects the nodes of every relation, weighs the neighbours of each by attention
 * and sums them; the neighbourhood of one node is sampled hop by hop.
 *
 * Neighbours are expected ones, of degrees spread exponentially about their means, shared by no two seeds. As the
 * reference computes it, a relation projects all nodes of both its kinds that its layer still needs.
 *
 * Source: Busbridge et al. (arXiv 1904.05811), section 2; alibaba/graphlearn-for-pytorch examples/igbh/rgnn.py (HeteroConv
 * of GATConv, trimmed to layers)
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("graph-attention"),
  features: count,
  /** Of the whole graph; each node has its features. */
  nodes: count,
  edges: count,
  hidden: count,
  heads: count,
  classes: count,
  /** Kind of the node that is classified. */
  seed: z.string(),
  /** Most neighbours of each relation, hop by hop; as many layers. */
  fanout: z.array(count).min(1),
  /** Who tells whom, and how many of them a node hears on average. */
  relations: z.array(z.tuple([z.string(), z.string(), z.number().positive()])).min(1),
});

type Nodes = ReadonlyMap<string, number>;

/** One hop from nodes that the last one reached: messages of each relation, and who sends them. */
interface Hop {
  readonly from: Nodes;
  readonly edges: readonly number[];
  readonly to: Nodes;
}

export const graphAttention: Architecture = architecture(figures, (s, f) => {
  const hops = sampled(f);
  const nodes = 1 + total(hops.flatMap(({ edges }) => edges));
  const draws = f.fanout.length * f.relations.length;
  const drawn = { rows: f.nodes, links: f.edges, draws };
  s.input("features", { channels: f.features, size: [Math.round(nodes)] }, drawn);
  hops.forEach((_, layer) => {
    const reached = hops.slice(0, hops.length - layer);
    const present = (kind: string) =>
      (kind === f.seed ? 1 : 0) + total(reached.map(({ to }) => to.get(kind) ?? 0));
    f.relations.forEach(([from, to], relation) => {
      attend(s, {
        edges: total(reached.map((hop) => hop.edges[relation] ?? 0)),
        heard: total(reached.map((hop) => hop.from.get(to) ?? 0)),
        nodes: present(from) + (from === to ? 0 : present(to)),
        width: layer === 0 ? f.features : f.hidden,
        hidden: f.hidden,
        heads: f.heads,
      });
    });
  });
  s.dense({ channels: f.hidden, size: [] }, { to: f.classes });
});

function sampled({ seed, fanout, relations }: z.output<typeof figures>): readonly Hop[] {
  let from: Nodes = new Map([[seed, 1]]);
  return fanout.map((most) => {
    const edges = relations.map(
      ([, to, mean]) => (from.get(to) ?? 0) * mean * (1 - Math.exp(-most / mean)),
    );
    const to = new Map<string, number>();
    relations.forEach(([kind], at) => to.set(kind, (to.get(kind) ?? 0) + (edges[at] ?? 0)));
    const hop = { from, edges, to };
    from = to;
    return hop;
  });
}

interface Messages {
  readonly edges: number;
  /** Nodes that hear them. */
  readonly heard: number;
  /** Nodes that are projected. */
  readonly nodes: number;
  readonly width: number;
  readonly hidden: number;
  readonly heads: number;
}

/** Projections, a score an edge and head, and the weighted sum. */
function attend(s: Sketch, { edges, heard, nodes, width, hidden, heads }: Messages): void {
  const x = { channels: width, size: [Math.max(1, Math.round(nodes))] };
  s.dense(x, { to: hidden, bias: false });
  const read = edges * (hidden + heads);
  const flops = edges * (2 * hidden + 5 * heads);
  s.elementwise("attention over edges", { read, written: heard * hidden, flops }, 3 * hidden);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0);
}
