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

/** Weights of one projection on one device: `batch` matrices of [inputs, outputs], and bias values. */
export interface Linear {
  readonly name: string;
  readonly group: Group;
  readonly inputs: number;
  readonly outputs: number;
  readonly batch: number;
  readonly bias: number;
  readonly weights: Storage;
  readonly compute: Precision;
}

/** A projection in the format of attention and dense feed-forwards. */
export function linear(
  shard: Shard,
  shape: Pick<Linear, "name" | "group" | "inputs" | "outputs"> & { readonly bias?: number },
): Linear {
  const { name, group, inputs, outputs, bias = 0 } = shape;
  const { numerics } = shard;
  const { linear: weights, compute } = numerics;
  return { name, group, inputs, outputs, batch: 1, bias, weights, compute: compute.linear };
}

/** A projection that quantisation leaves in the wide format: routers, gates, patch embeddings. */
export function wideLinear(
  shard: Shard,
  shape: Pick<Linear, "name" | "group" | "inputs" | "outputs"> & { readonly bias?: number },
): Linear {
  const { name, group, inputs, outputs, bias = 0 } = shape;
  const compute = shard.numerics.compute.head;
  return { name, group, inputs, outputs, batch: 1, bias, weights: shard.wide, compute };
}

export function linearBytes(part: Linear, wide: Storage): Bytes {
  const matrix = storedBytes(part.batch * part.inputs * part.outputs, part.weights);
  return matrix + storedBytes(part.bias, wide);
}

/** `rows` vectors through a projection. */
export function matmul(scope: Scope, part: Linear, rows: number): Operator {
  const { name, group, inputs, outputs, batch, weights, compute } = part;
  const activations = weights === scope.wide ? scope.wide : scope.numerics.activations;
  return {
    name,
    group,
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

/** Work whose time is its traffic, in wide values read and written. One operation a value written. */
export function elementwise(
  scope: Scope,
  part: {
    readonly name: string;
    readonly group: Group;
    readonly read: number;
    readonly written: number;
    /** Times what the scope is done. */
    readonly count?: number;
  },
): Operator {
  return traffic(scope, {
    name: part.name,
    group: part.group,
    elements: part.written,
    read: storedBytes(part.read, scope.wide),
    written: storedBytes(part.written, scope.wide),
    count: part.count ?? 1,
  });
}

/** {@link elementwise} whose bytes are not those of wide values. */
export function traffic(
  scope: Scope,
  part: Pick<Operator, "name" | "group" | "read" | "written"> & {
    readonly elements: number;
    readonly count?: number;
  },
): Operator {
  const { name, group, elements, read, written, count = 1 } = part;
  return {
    name,
    group,
    count: scope.count * count,
    work: { kind: "elementwise", elements },
    flops: elements,
    read,
    written,
  };
}

/** Rounding `rows` × `width` wide values to the activation format; nothing where that is the wide one. */
export function quantise(
  scope: Scope,
  part: {
    readonly name: string;
    readonly group: Group;
    readonly rows: number;
    readonly width: number;
  },
): readonly Operator[] {
  const { activations } = scope.numerics;
  if (activations.bits >= scope.wide.bits) return [];
  const elements = part.rows * part.width;
  const read = storedBytes(elements, scope.wide);
  const written = storedBytes(elements, activations);
  return [traffic(scope, { name: part.name, group: part.group, elements, read, written })];
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
