/**
 * Temporal Fusion Transformer: networks that weigh each variable of a series, two LSTMs over what was and what is known to
 * come, and attention whose heads share their values; only what is to come is answered.
 *
 * Source: Lim et al. (arXiv 1912.09363), section 4; NVIDIA/DeepLearningExamples PyTorch/Forecasting/TFT modeling.py
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("temporal-fusion"),
  hidden: count,
  heads: count,
  /** Rows of the one table that says which series it is. */
  series: count,
  /** Variables known of all steps, and observed of those that were. */
  known: count,
  observed: count,
  /** Steps that were, and that are to come. */
  past: count,
  future: count,
  quantiles: count,
});

/** Contexts that the series gives: for choosing variables, for enrichment, and the LSTM's first state. */
const CONTEXTS = 4;

export const temporalFusion: Architecture = architecture(figures, (s, f) => {
  const { hidden, heads, past, future, known } = f;
  const steps = past + future;
  s.input("series", { channels: known + f.observed, size: [steps] });
  const series = s.gather({ rows: f.series, width: hidden, lookups: 1 });
  const chosen = chosenOf(s, { channels: hidden, size: [] }, { variables: 1 });
  for (let context = 0; context < CONTEXTS; context++) gated(s, chosen);
  const at = (size: number): Tensor => ({ channels: hidden, size: [size] });
  for (const [size, variables] of [
    [past, known + f.observed],
    [future, known],
  ] as const) {
    s.scale({ channels: variables * hidden, size: [size] }, series);
    s.lstm(chosenOf(s, at(size), { variables, context: series }), { hidden });
  }
  joined(s, at(steps));
  const enriched = gated(s, at(steps), { context: series });
  const headDim = hidden / heads;
  s.dense(enriched, { to: (2 * heads + 1) * headDim, bias: false });
  s.attend({ queries: steps, keys: steps, heads, headDim });
  s.dense({ channels: headDim, size: [steps] }, { to: hidden, bias: false });
  joined(s, at(future));
  gated(s, at(future));
  s.dense(joined(s, at(future)), { to: f.quantiles });
});

/** A gate, and what passes it beside it. */
function joined(s: Sketch, x: Tensor, to = x.channels): Tensor {
  const gates = s.dense(x, { to: 2 * to });
  const half = { ...gates, channels: to };
  const y = s.sum(s.scale(half, half), half);
  return to === 1 ? y : s.norm(y);
}

/** A gated residual network; a series' context meets all of its steps. */
function gated(
  s: Sketch,
  x: Tensor,
  { to, inner = x.channels, context }: { to?: number; inner?: number; context?: Tensor } = {},
): Tensor {
  const first = s.dense(x, { to: inner });
  if (context !== undefined) {
    s.dense(context, { to: inner, bias: false });
    s.sum(first, first);
  }
  const last = s.dense(s.activate(first), { to: inner });
  if (to !== undefined) s.dense(x, { to });
  return joined(s, last, to);
}

/** Each variable by a network of its own, and their sum in shares that all of them decide. */
function chosenOf(
  s: Sketch,
  x: Tensor,
  { variables, context }: { readonly variables: number; readonly context?: Tensor },
): Tensor {
  const all = { ...x, channels: variables * x.channels };
  const one = { to: variables, inner: x.channels };
  s.softmax(gated(s, all, context === undefined ? one : { ...one, context }));
  for (let variable = 0; variable < variables; variable++) gated(s, x);
  s.scale(s.copy(all, "stack"), { ...x, channels: variables });
  return x;
}
