/**
 * SE(3)-Transformer: features of degrees 0 to n, 2d + 1 values each, whose keys and values a convolution makes on each edge:
 * its kernel is what a small network says of the edge's length, times a basis of directions.
 *
 * Convolutions of all degrees at once, as code for tensor cores has them; the first layer's, of degree 0 alone, one by one.
 *
 * Source: Fuchs et al. (arXiv 2006.10503), section 3; NVIDIA/DeepLearningExamples DGLPyTorch/DrugDiscovery/SE3Transformer
 * se3_transformer/model: transformer.py, layers/convolution.py, layers/attention.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import { flat, values, type Sketch, type Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("equivariant-transformer"),
  layers: count,
  heads: count,
  /** Degrees from 0 on. */
  degrees: count,
  /** Channels of each degree; keys and values have a part of them. */
  channels: count,
  parts: count,
  /** Features of a node and of an edge, beside its length. */
  nodeFeatures: count,
  edgeFeatures: count,
  /** Nodes and directed edges of a graph, on average. */
  nodes: count,
  edges: count,
});
type Figures = z.output<typeof figures>;

/** Width of the network that reads an edge's length. */
const RADIAL = 32;

/** What a convolution turns into what; `frequencies` of its basis are summed over pairs of degrees. */
interface Turn {
  readonly from: Tensor;
  readonly to: Tensor;
  readonly frequencies: number;
}

export const equivariantTransformer: Architecture = architecture(figures, (s, f) => {
  const { degrees, channels, nodes } = f;
  const own = Array.from({ length: degrees }, (_, degree) => 2 * degree + 1);
  const spread = own.reduce((total, each) => total + each, 0);
  const pairs = own.flatMap((a) => own.map((b) => Math.min(a, b)));
  const frequencies = pairs.reduce((total, each) => total + each, 0);
  s.input("nodes", { channels: f.nodeFeatures, size: [nodes] });
  const part = channels / f.parts;
  for (let layer = 0; layer < f.layers; layer++) {
    const isFirst = layer === 0;
    const from = { channels: isFirst ? f.nodeFeatures : channels, size: [isFirst ? 1 : spread] };
    if (isFirst) {
      own.forEach((size, degree) => {
        const to = { channels: degree === 0 ? 2 * part : part, size: [size] };
        convolve(s, { from, to, frequencies: 1 }, f);
      });
    } else convolve(s, { from, to: { channels: 2 * part, size: [spread] }, frequencies }, f);
    const asked = isFirst ? own.slice(0, 1) : own;
    for (const size of asked) s.dense({ ...from, size: [size * nodes] }, { to: part, bias: false });
    attend(s, { keys: part * (isFirst ? 1 : spread), values: part * spread }, f);
    own.forEach((size, degree) => {
      const before = isFirst && degree > 0 ? 0 : from.channels;
      const x = { channels: part + before, size: [size * nodes] };
      s.dense(x, { to: channels, bias: false });
    });
    s.norm({ channels: degrees * channels, size: [nodes] });
  }
  const whole = { channels, size: [spread] };
  const out = { channels: degrees * channels, size: [1] };
  convolve(s, { from: whole, to: out, frequencies: degrees }, f);
  s.dense({ channels, size: [nodes] }, { to: out.channels, bias: false });
  s.dense(s.dense(flat(out), { to: out.channels, act: true }), { to: 1 });
});

/** On each edge: the kernel's weights from its length, the features in the basis, and the product of both. */
function convolve(s: Sketch, { from, to, frequencies }: Turn, f: Figures): void {
  let x: Tensor = { channels: f.edgeFeatures + 1, size: [f.edges] };
  for (let layer = 0; layer < 2; layer++) x = s.activate(s.norm(s.dense(x, { to: RADIAL })));
  s.dense(x, { to: frequencies * from.channels * to.channels, bias: false });
  s.copy({ ...from, size: [values(from) * f.edges] }, "features of edges");
  const [inner = 1] = from.size;
  const [outer = 1] = to.size;
  const work = { kind: "matmul", batch: f.edges, constant: false } as const;
  const rows = frequencies * from.channels;
  if (inner * outer > 1) {
    const basis = { m: from.channels, n: frequencies * outer, k: inner };
    s.add("features in the basis", { ...work, ...basis });
  }
  s.add("weights times features", { ...work, m: to.channels, n: outer, k: rows });
}

/** A score a head on each edge, and sums of values over the edges of a node. */
function attend(
  s: Sketch,
  width: { readonly keys: number; readonly values: number },
  { edges, nodes, heads }: Figures,
): void {
  const scores = edges * heads;
  const keys = edges * width.keys;
  s.elementwise("scores of edges", { read: 2 * keys, written: scores, flops: 2 * keys });
  s.softmax({ channels: heads, size: [edges] });
  const read = edges * width.values;
  s.elementwise("weighted values", { read: read + scores, written: read, flops: read });
  s.elementwise("sums over edges", { read, written: nodes * width.values, flops: read });
}
