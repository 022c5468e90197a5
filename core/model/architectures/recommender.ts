/**
 * Recommenders: embedding tables, a perceptron on dense features, an interaction, and a perceptron on
 * top. DLRM multiplies all pairs, DCN v2 crosses the joined vector, NCF multiplies its two.
 *
 * Source: Naumov et al. (arXiv 1906.00091); Wang et al. (arXiv 2008.13535), section 3; He et al.
 * (arXiv 1708.05031); mlcommons/inference recommendation/dlrm_v2/pytorch
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const interaction = z.union([
  z.strictObject({ kind: z.literal("dot") }),
  z.strictObject({ kind: z.literal("cross"), layers: count, rank: count }),
]);

export const recommender: Architecture = architecture(
  z.strictObject({
    family: z.literal("recommender"),
    /** Rows of each table, and rows read of each for one sample, which are summed. */
    tables: z.array(count).min(1),
    lookups: z.array(count).min(1),
    width: count,
    dense: count,
    bottom: z.array(count).min(1),
    interaction,
    top: z.array(count).min(1),
  }),
  (s, f) => {
    const dense = perceptron(s, s.input("dense", { channels: f.dense, size: [] }), f.bottom);
    f.tables.forEach((rows, table) => {
      s.gather({ rows, width: f.width, lookups: f.lookups[table] ?? 1, bags: 1 });
    });
    const vectors = f.tables.length + 1;
    const joined = s.concat([dense, { channels: f.tables.length * f.width, size: [] }]);
    const crossed =
      f.interaction.kind === "dot"
        ? dots(s, dense, { vectors, width: f.width })
        : crosses(s, joined, f.interaction);
    perceptron(s, crossed, f.top);
  },
);

/** Two tables twice, once for a product and once for a perceptron, and one score of both. */
export const matrixFactorisation: Architecture = architecture(
  z.strictObject({
    family: z.literal("matrix-factorisation"),
    users: count,
    items: count,
    factors: count,
    /** Layers of the perceptron; the first is its input, half from each table. */
    layers: z.array(count).min(1),
  }),
  (s, { users, items, factors, layers: [input = 0, ...layers] }) => {
    for (const rows of [users, items]) {
      s.gather({ rows, width: factors, lookups: 1 });
      s.gather({ rows, width: input / 2, lookups: 1 });
    }
    const product = s.scale({ channels: factors, size: [] }, { channels: factors, size: [] });
    const deep = perceptron(s, s.concat([{ channels: input, size: [] }]), layers);
    s.dense(s.concat([product, deep]), { to: 1 });
  },
);

function perceptron(s: Sketch, x: Tensor, widths: readonly number[]): Tensor {
  return widths.reduce((y, to) => s.dense(y, { to, act: true }), x);
}

/** Products of all pairs, joined to the dense vector. */
function dots(
  s: Sketch,
  dense: Tensor,
  shape: { readonly vectors: number; readonly width: number },
): Tensor {
  const { vectors, width } = shape;
  const work = {
    kind: "matmul",
    m: vectors,
    n: vectors,
    k: width,
    batch: 1,
    constant: false,
  } as const;
  s.add(`products of ${vectors} vectors`, work);
  return s.concat([dense, { channels: (vectors * (vectors - 1)) / 2, size: [] }]);
}

function crosses(
  s: Sketch,
  x: Tensor,
  shape: { readonly layers: number; readonly rank: number },
): Tensor {
  let y = x;
  for (let layer = 0; layer < shape.layers; layer++) {
    const narrow = s.dense(y, { to: shape.rank, bias: false });
    y = s.sum(s.scale(s.dense(narrow, { to: x.channels }), x), y);
  }
  return y;
}
