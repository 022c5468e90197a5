/**
 * The four shapes of work outside attention, with their arithmetic and traffic.
 *
 * Traffic is the least that must move: each operand once from memory, each result once to memory.
 * Caches that do better (an activation still in L2) and tiles that do worse are the laws' matter.
 *
 * Source: NVIDIA, "Matrix Multiplication Background User's Guide" (2·M·N·K FLOPs; operand bytes once)
 */
import { storedBytes, type Precision, type Storage } from "../precision.ts";
import type { Bytes } from "../units.ts";
import type { Collective, Group, Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

/** Name of an operator: the part of the model it belongs to, and what it does there. */
export type Name = `${Group}/${string}`;

function groupOf(name: Name): Group {
  return name.slice(0, name.indexOf("/")) as Group;
}

/** Weights of one projection on one device: `batch` matrices of [inputs, outputs], and bias values. */
export interface Linear {
  readonly name: Name;
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
  readonly bias: number;
  readonly weights: Storage;
  readonly compute: Precision;
}

/** What a projection is called and how wide it is; no bias where absent. */
type Shape = Pick<Linear, "name" | "inputs" | "outputs"> & { readonly bias?: number };

/** A projection in the format of attention and dense feed-forwards. */
export function linear(shard: Shard, { name, inputs, outputs, bias = 0 }: Shape): Linear {
  const { linear: weights, compute } = shard.numerics;
  return { name, inputs, outputs, batch: 1, bias, weights, compute: compute.linear };
}

/** A projection that quantisation leaves in the wide format: routers, gates, patch embeddings. */
export function wideLinear(shard: Shard, { name, inputs, outputs, bias = 0 }: Shape): Linear {
  const compute = shard.numerics.compute.head;
  return { name, inputs, outputs, batch: 1, bias, weights: shard.wide, compute };
}

export function linearBytes(part: Linear, wide: Storage): Bytes {
  const matrix = storedBytes(part.batch * part.inputs * part.outputs, part.weights);
  return matrix + storedBytes(part.bias, wide);
}

/** `rows` vectors through a projection. */
export function matmul(scope: Scope, part: Linear, rows: number): Operator {
  const { name, inputs, outputs, batch, weights, compute } = part;
  const activations = weights === scope.wide ? scope.wide : scope.numerics.activations;
  return {
    name,
    group: groupOf(name),
    count: scope.count,
    work: {
      kind: "matmul",
      m: rows,
      n: outputs,
      k: inputs,
      batch,
      compute,
      weights,
      activations,
    },
    flops: 2 * rows * outputs * inputs * batch,
    read: linearBytes(part, scope.wide) + storedBytes(batch * rows * inputs, activations),
    written: storedBytes(batch * rows * outputs, scope.wide),
  };
}

/** Work whose time is its traffic, of so many wide values read and written. One operation a value written. */
export function elementwise(
  scope: Scope,
  part: {
    readonly name: Name;
    readonly read: number;
    readonly written: number;
  },
): Operator {
  const { name, written } = part;
  const read = storedBytes(part.read, scope.wide);
  return traffic(scope, {
    name,
    elements: written,
    read,
    written: storedBytes(written, scope.wide),
  });
}

/** {@link elementwise} in bytes, for values that are not wide. */
export function traffic(
  scope: Scope,
  part: Pick<Operator, "read" | "written"> & { readonly name: Name; readonly elements: number },
): Operator {
  const { name, elements, read, written } = part;
  return {
    name,
    group: groupOf(name),
    count: scope.count,
    work: { kind: "elementwise", elements },
    flops: elements,
    read,
    written,
  };
}

/** Rounding `width` wide values of each token to the activation format; nothing where that is the wide one. */
export function quantise(scope: Scope, name: Name, width: number): readonly Operator[] {
  const { activations } = scope.numerics;
  if (activations.bits >= scope.wide.bits) return [];
  const elements = scope.tokens * width;
  const read = storedBytes(elements, scope.wide);
  const written = storedBytes(elements, activations);
  return [traffic(scope, { name, elements, read, written })];
}

/** Sum of `values` wide values over tensor ranks, each of which has a part of it. */
export function allReduce(scope: Scope, name: string, values: number): readonly Operator[] {
  const bytes = storedBytes(values, scope.wide);
  return collective(scope, { name, pattern: "all-reduce", ranks: scope.tensor, bytes });
}

/**
 * A mixer around its `inner` work: what goes in is rounded to the activation format, and so is what comes out, which is
 * then projected and summed over tensor ranks.
 */
export function mixerFrame(scope: Scope, out: Linear, inner: readonly Operator[]): Operator[] {
  return [
    ...quantise(scope, "attention/quantise-in", scope.hidden),
    ...inner,
    ...quantise(scope, "attention/quantise-out", out.inputs),
    matmul(scope, out, scope.tokens),
    ...allReduce(scope, "attention/all-reduce", scope.tokens * scope.hidden),
  ];
}

/** A collective over `ranks` devices; nothing among one. */
export function collective(
  scope: Scope,
  part: Omit<Collective, "kind"> & { readonly name: string },
): readonly Operator[] {
  const { name, pattern, ranks, bytes } = part;
  if (ranks === 1) return [];
  return [
    {
      name,
      group: "communication",
      count: scope.count,
      work: { kind: "collective", pattern, ranks, bytes },
      flops: 0,
      read: bytes,
      written: bytes,
    },
  ];
}
