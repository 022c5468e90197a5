/**
 * The layout in which ONNX Runtime keeps images on a CPU: channels in blocks of a vector (NCHWc).
 *
 * Convolutions and pools ask for it; sums, products and activations of blocked tensors keep it; whatever else
 * reads such a tensor has it laid out plainly first. Both changes are steps of their own.
 *
 * Source: microsoft/onnxruntime, onnxruntime/core/optimizer/nchwc_transformer.cc
 */
import { ELEMENT } from "../tensor.ts";
import type { Plan } from "./_plan.ts";
import type { Operand, Step } from "./steps.ts";

const ALIGNED = 4;
const ENDS: ReadonlySet<string> = new Set([
  "Relu",
  "LeakyRelu",
  "Sigmoid",
  "Tanh",
  "Clip",
  "HardSigmoid",
]);
const POOLS: ReadonlySet<string> = new Set([
  "MaxPool",
  "AveragePool",
  "GlobalAveragePool",
  "GlobalMaxPool",
]);
const KEEPING: ReadonlySet<string> = new Set([
  "Add",
  "Sum",
  "Mul",
  "Concat",
  "BatchNormalization",
  "Resize",
  "Upsample",
]);

/** `plan`'s steps with changes of layout between them. */
export function laidOut(plan: Plan, block: number): readonly Step[] {
  const layout = new Layout(plan, block);
  for (const step of plan.steps) if (plan.has(step)) layout.add(step);
  layout.finish();
  return layout.steps;
}

class Layout {
  readonly steps: Step[] = [];
  readonly #plan: Plan;
  readonly #block: number;
  readonly #blocked = new Set<string>();
  /** Laid out both ways by now. */
  readonly #both = new Set<string>();

  constructor(plan: Plan, block: number) {
    this.#plan = plan;
    this.#block = block;
  }

  add(step: Step): void {
    if (step.operator === "Conv") this.#convolution(step);
    else if (POOLS.has(step.operator)) this.#pool(step);
    else if (this.#keeps(step)) this.#keep(step);
    else this.#plain(step);
  }

  finish(): void {
    for (const step of this.#plan.steps)
      for (const output of step.outputs) if (this.#plan.isResult(output)) this.#unblock(output);
  }

  #convolution(step: Step): void {
    const [x, weights] = step.inputs;
    const output = step.outputs[0];
    const sizes = weights?.dims ?? [];
    const groups = wholeOf(step, "group", 1);
    const isBlocked = weights?.isConstant === true && this.#takes(sizes, groups);
    if (!isBlocked || x === null || x === undefined || output === undefined) {
      this.#plain(this.#withEnd({ ...step, operator: "Conv" }, "FusedConv"));
      return;
    }
    const isFromPlain = groups === 1 && (sizes[1] ?? 0) < this.#block;
    if (isFromPlain) this.#unblock(x);
    else this.#toBlocks(x);
    const summed = this.#withSum(step);
    const ended = this.#withEnd(summed, "Conv");
    this.steps.push(ended);
    this.#mark(ended);
  }

  /** Depthwise, or groups of whole blocks; single ones of few channels read plain images. */
  #takes([out = 0, fanIn = 0, ...kernel]: readonly number[], groups: number): boolean {
    if (kernel.length !== 2) return false;
    if (groups > 1) {
      if (out % ALIGNED !== 0) return false;
      if (fanIn === 1 && out === groups) return true;
      return (fanIn * groups) % this.#block === 0 && (out / groups) % this.#block === 0;
    }
    return fanIn < this.#block || fanIn % ALIGNED === 0;
  }

  /** A sum with another blocked tensor is taken up by the convolution that comes last. */
  #withSum(step: Step): Step {
    const sum = this.#plan.next(step);
    if (sum?.operator !== "Add" && sum?.operator !== "Sum") return step;
    const others = sum.inputs.filter((input) => input?.name !== step.outputs[0]?.name);
    const [other = null] = others;
    if (others.length !== 1 || other === null || !this.#blocked.has(other.name)) return step;
    if (!isSame(other, step.outputs[0])) return step;
    const inputs = [step.inputs[0] ?? null, step.inputs[1] ?? null, step.inputs[2] ?? null, other];
    const made = { ...step, inputs, outputs: sum.outputs };
    this.#plan.replace([step, sum], made);
    return made;
  }

  #withEnd(step: Step, operator: string): Step {
    const end = this.#plan.next(step);
    if (end === null || !ENDS.has(end.operator)) return step;
    if (!end.inputs.slice(1).every((input) => input === null || input.isConstant)) return step;
    const made = { ...step, operator, outputs: end.outputs };
    this.#plan.replace([step, end], made);
    return made;
  }

  #pool(step: Step): void {
    const [x] = step.inputs;
    const channels = x?.dims[1] ?? 0;
    const isImage = x?.dims.length === 4 && x.type === ELEMENT.float;
    if (x === null || x === undefined || !isImage || channels % this.#block !== 0) {
      this.#plain(step);
      return;
    }
    this.#toBlocks(x);
    this.steps.push(step);
    this.#mark(step);
  }

  #keeps({ operator, inputs, outputs }: Step): boolean {
    const [first] = inputs;
    if (first === null || first === undefined || !this.#blocked.has(first.name)) return false;
    if (ENDS.has(operator)) return true;
    if (!KEEPING.has(operator)) return false;
    const live = inputs.filter((input) => input !== null && !input.isConstant);
    if (!live.every((input) => input !== null && this.#blocked.has(input.name))) return false;
    if (operator === "Concat")
      return inputs.every((input) => (input?.dims[1] ?? 0) % this.#block === 0);
    if (operator === "Resize" || operator === "Upsample" || operator === "BatchNormalization")
      return true;
    return inputs.every((input) => isSame(input, outputs[0]));
  }

  #keep(step: Step): void {
    this.steps.push(step);
    this.#mark(step);
  }

  #plain(step: Step): void {
    for (const input of step.inputs) if (input !== null) this.#unblock(input);
    this.steps.push(step);
  }

  #mark(step: Step): void {
    for (const { name } of step.outputs) this.#blocked.add(name);
  }

  #toBlocks(x: Operand): void {
    if (this.#blocked.has(x.name) || this.#both.has(x.name)) return;
    this.#both.add(x.name);
    this.steps.push({ operator: "ReorderInput", inputs: [x], outputs: [x], node: null });
  }

  #unblock(x: Operand): void {
    if (!this.#blocked.has(x.name) || this.#both.has(x.name)) return;
    this.#both.add(x.name);
    this.steps.push({ operator: "ReorderOutput", inputs: [x], outputs: [x], node: null });
  }
}

function isSame(a: Operand | null | undefined, b: Operand | null | undefined): boolean {
  return (
    a?.dims.length === b?.dims.length &&
    a?.dims.every((size, axis) => size === b?.dims[axis]) === true
  );
}

function wholeOf({ node }: Step, name: string, otherwise: number): number {
  const found = node?.attribute.find((each) => each.name === name);
  return found === undefined ? otherwise : Number(found.i);
}
