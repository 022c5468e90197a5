/**
 * Steps joined into one as ONNX Runtime joins them on a CPU before it runs a graph.
 *
 * Source: microsoft/onnxruntime, docs/performance/model-optimizations/graph-optimizations.md, and
 * onnxruntime/core/optimizer (one file a fusion); profiles of version 1.30
 */
import type { Plan } from "./_plan.ts";
import { valuesOf, type Operand, type Step } from "./steps.ts";

/** Joins what begins or ends at `step`, if it is of the kind; whether it did. */
type Fusion = (step: Step, plan: Plan) => boolean;

export function fuse(plan: Plan): void {
  for (const fusion of FUSIONS) {
    for (const step of plan.steps) if (plan.has(step)) fusion(step, plan);
    plan.sweep();
  }
}

function isConstant(operand: Operand | null | undefined): boolean {
  return operand?.isConstant === true;
}

function isScalar(operand: Operand | null | undefined): boolean {
  return isConstant(operand) && valuesOf(operand) === 1;
}

/** The input of `step` that is not `other`, by place of two. */
function beside(step: Step, other: Operand | undefined): Operand | null {
  const [a = null, b = null] = step.inputs;
  return a?.name === other?.name ? b : a;
}

function live(step: Step): Operand | null {
  return step.inputs.find((input) => input !== null && !input.isConstant) ?? null;
}

function is(step: Step | null, ...operators: readonly string[]): step is Step {
  return step !== null && operators.includes(step.operator);
}

function made(operator: string, inputs: Step["inputs"], last: Step): Step {
  return { operator, inputs, outputs: last.outputs, node: null };
}

/** A shape put together from the sizes of the very tensor it is for is a constant with zeros in their place. */
const reshape: Fusion = (step, plan) => {
  if (step.operator !== "Reshape") return false;
  const [data, shape = null] = step.inputs;
  const joined = plan.writer(shape);
  if (!is(joined, "Concat")) return false;
  const fromData = joined.inputs.every((part) => {
    if (isConstant(part)) return true;
    const widened = plan.writer(part);
    const picked = is(widened, "Unsqueeze") ? plan.writer(widened.inputs[0]) : widened;
    const sizes = is(picked, "Gather") ? plan.writer(picked.inputs[0]) : null;
    return is(sizes, "Shape") && sizes.inputs[0]?.name === data?.name;
  });
  if (!fromData) return false;
  plan.replace([step], { ...step, inputs: step.inputs.slice(0, 1) });
  return true;
};

/** Mean, difference, square, mean, root, quotient, scale and shift. */
const norm: Fusion = (step, plan) => {
  if (step.operator !== "Div") return false;
  const [centred, deviation] = step.inputs;
  const difference = plan.writer(centred);
  const root = plan.writer(deviation);
  if (!is(difference, "Sub") || !is(root, "Sqrt")) return false;
  const shifted = plan.writer(root.inputs[0]);
  const variance = shifted === null ? null : plan.writer(live(shifted));
  const square = is(variance, "ReduceMean") ? plan.writer(variance.inputs[0]) : null;
  const mean = plan.writer(difference.inputs[1]);
  if (shifted === null || variance === null || !is(square, "Pow", "Mul")) return false;
  if (!is(mean, "ReduceMean")) return false;
  const scale = plan.next(step);
  const shift = is(scale, "Mul") ? plan.next(scale) : null;
  if (scale === null || !is(shift, "Add")) return false;
  const inputs = [difference.inputs[0] ?? null, beside(scale, step.outputs[0])];
  const all = [mean, difference, square, variance, shifted, root, step, scale, shift];
  plan.replace(
    all,
    made("LayerNormalization", [...inputs, beside(shift, scale.outputs[0])], shift),
  );
  return true;
};

/** x (1 + erf(x / √2)) / 2, with a bias added before it where there is one. */
const gelu: Fusion = (step, plan) => {
  if (step.operator !== "Erf") return false;
  const scaled = plan.writer(step.inputs[0]);
  const raised = plan.next(step);
  const grown = raised === null ? null : plan.next(raised);
  if (!is(scaled, "Div", "Mul") || !is(raised, "Add") || !is(grown, "Mul")) return false;
  const halved = plan.next(grown);
  const last = is(halved, "Mul") && halved.inputs.some(isScalar) ? halved : grown;
  const half = last === grown ? plan.writer(beside(grown, raised.outputs[0])) : null;
  const before = is(half, "Mul") ? [half] : [];
  const between = last === grown ? [grown] : [grown, last];
  return withBias(plan, {
    x: live(scaled),
    gone: [scaled, step, raised, ...before, ...between],
    names: ["Gelu", "BiasGelu"],
  });
};

/** The same by tanh. */
const fastGelu: Fusion = (step, plan) => {
  if (step.operator !== "Tanh") return false;
  const scaled = plan.writer(step.inputs[0]);
  const sum = is(scaled, "Mul") ? plan.writer(live(scaled)) : null;
  const raised = plan.next(step);
  const grown = raised === null ? null : plan.next(raised);
  if (scaled === null || !is(sum, "Add") || !is(raised, "Add") || !is(grown, "Mul")) return false;
  const cube =
    sum.inputs
      .map((input) => plan.writer(input))
      .find((each) => is(each, "Mul") && is(plan.writer(live(each)), "Pow")) ?? null;
  const power = cube === null ? null : plan.writer(live(cube));
  if (cube === null || power === null) return false;
  const half = plan.writer(beside(grown, raised.outputs[0]));
  const after = plan.next(grown);
  const last = is(half, "Mul") ? grown : after;
  if (last === null) return false;
  const ends = is(half, "Mul") ? [half, grown] : [grown, last];
  plan.replace(
    [power, cube, sum, scaled, step, raised, ...ends],
    made("FastGelu", [live(power)], last),
  );
  return true;
};

/** x times a sigmoid of it, or of a multiple of it. */
const quickGelu: Fusion = (step, plan) => {
  if (step.operator !== "Sigmoid") return false;
  const grown = plan.next(step);
  if (!is(grown, "Mul")) return false;
  const x = beside(grown, step.outputs[0]);
  const scaled = plan.writer(step.inputs[0]);
  const isMultiple =
    is(scaled, "Mul") && scaled.inputs.some(isScalar) && live(scaled)?.name === x?.name;
  if (x?.name !== step.inputs[0]?.name && !isMultiple) return false;
  const before = isMultiple && scaled !== null ? [scaled] : [];
  plan.replace([...before, step, grown], made("QuickGelu", [x], grown));
  return true;
};

function withBias(
  plan: Plan,
  found: {
    readonly x: Operand | null;
    readonly gone: readonly Step[];
    readonly names: readonly [string, string];
  },
): boolean {
  const { x, gone, names } = found;
  const last = gone.at(-1);
  if (x === null || last === undefined) return false;
  const add = plan.writer(x);
  const bias = is(add, "Add") ? add.inputs.find(isConstant) : undefined;
  const isOwn = plan.readers(x).every((reader) => gone.includes(reader)) && !plan.isResult(x);
  if (add === null || bias === undefined || bias?.dims.length !== 1 || !isOwn) {
    plan.replace(gone, made(names[0], [x], last));
  } else plan.replace([add, ...gone], made(names[1], [live(add), bias], last));
  return true;
}

/** Products take up a scale after them. */
const scaledProduct: Fusion = (step, plan) => {
  if (!is(step, "MatMul", "FusedMatMul") || step.inputs.slice(0, 2).some(isConstant)) return false;
  const after = plan.next(step);
  if (!is(after, "Div", "Mul") || !isScalar(beside(after, step.outputs[0]))) return false;
  plan.replace([step, after], made("FusedMatMul", step.inputs, after));
  return true;
};

/** And the exchange of the last two axes of what they multiply. */
const turnedProduct: Fusion = (step, plan) => {
  if (!is(step, "MatMul", "FusedMatMul")) return false;
  for (const [place, input] of step.inputs.slice(0, 2).entries()) {
    const turn = plan.writer(input);
    if (!is(turn, "Transpose") || plan.next(turn) !== step || !exchangesLast(turn)) continue;
    const inputs = step.inputs.with(place, turn.inputs[0] ?? null);
    plan.replace([turn, step], made("FusedMatMul", inputs, step));
    return true;
  }
  return false;
};

function exchangesLast({ node, outputs }: Step): boolean {
  const rank = outputs[0]?.dims.length ?? 0;
  const order = node?.attribute.find(({ name }) => name === "perm")?.ints.map(Number);
  if (order === undefined) return rank === 2;
  return order.every((axis, place) =>
    place < rank - 2 ? axis === place : axis === (place === rank - 2 ? rank - 1 : rank - 2),
  );
}

const matrixBias: Fusion = (step, plan) => {
  if (step.operator !== "MatMul" || step.inputs.some((input) => input?.dims.length !== 2))
    return false;
  const add = plan.next(step);
  if (!is(add, "Add") || !isConstant(beside(add, step.outputs[0]))) return false;
  const inputs = [...step.inputs, beside(add, step.outputs[0])];
  plan.replace([step, add], made("Gemm", inputs, add));
  return true;
};

/** Ends of a matrix product that cost nothing of their own. */
const GEMM_ENDS = ["Relu", "LeakyRelu", "Sigmoid", "Tanh", "HardSigmoid", "Softplus", "Elu"];

const gemmEnd: Fusion = (step, plan) => {
  if (step.operator !== "Gemm") return false;
  const end = plan.next(step);
  if (!is(end, ...GEMM_ENDS)) return false;
  plan.replace([step, end], made("FusedGemm", step.inputs, end));
  return true;
};

/** Scales and shifts by channel go into the weights; scalars do not. */
const channelwise: Fusion = (step, plan) => {
  if (step.operator !== "Conv" || !isConstant(step.inputs[1])) return false;
  const after = plan.next(step);
  const isNorm = is(after, "BatchNormalization");
  const other = is(after, "Mul", "Add") ? beside(after, step.outputs[0]) : null;
  const channels = step.outputs[0]?.dims[1];
  const isByChannel =
    isConstant(other) && valuesOf(other) === channels && (other?.dims.length ?? 0) >= 3;
  if (after === null || (!isNorm && !isByChannel)) return false;
  plan.replace([step, after], { ...step, outputs: after.outputs });
  return channelwise({ ...step, outputs: after.outputs }, plan) || true;
};

/** Eight-bit products of activations whose range is measured as the model runs. */
const dynamicProduct: Fusion = (step, plan) => {
  if (step.operator !== "MatMulInteger") return false;
  const ranged = plan.writer(step.inputs[0]);
  const cast = plan.next(step);
  const scale = cast === null ? null : plan.next(cast);
  if (!is(ranged, "DynamicQuantizeLinear") || !is(cast, "Cast") || !is(scale, "Mul")) return false;
  const factors = plan.writer(beside(scale, cast.outputs[0]));
  const end = plan.next(scale);
  const isBias = is(end, "Add") && isConstant(beside(end, scale.outputs[0]));
  const last = isBias && end !== null ? end : scale;
  const own = [cast, ...(is(factors, "Mul") ? [factors] : []), scale, ...(isBias ? [last] : [])];
  const readers = plan.readers(ranged.outputs[0]);
  const inputs = [ranged.inputs[0] ?? null, step.inputs[1] ?? null];
  if (readers.length === 1)
    plan.replace([ranged, step, ...own], made("DynamicQuantizeMatMul", inputs, last));
  else plan.replace([step, ...own], made("MatMulIntegerToFloat", step.inputs.slice(0, 2), last));
  return true;
};

const FUSIONS: readonly Fusion[] = [
  reshape,
  channelwise,
  norm,
  gelu,
  fastGelu,
  quickGelu,
  dynamicProduct,
  matrixBias,
  scaledProduct,
  turnedProduct,
  gemmEnd,
];
