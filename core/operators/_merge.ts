/**
 * Run-length: equal layers are expanded once, equal operators listed once.
 *
 * Source: notes/001-way-of-the-data.md (20 distinct operators of an 80-layer model)
 */
import { layerCount, type LayerRun, type Stack } from "../model/index.ts";
import type { Operator } from "./operator.ts";

/** Layers of the busiest stage over layers of the model. */
export function layerShare(stack: Stack, pipeline: number): number {
  if (pipeline === 1) return 1;
  const layers = layerCount([stack]);
  return layers === 0 ? 0 : Math.ceil(layers / pipeline) / layers;
}

/** Each different layer once, with how many there are in the stack. */
export function distinctLayers(stack: Stack): readonly LayerRun[] {
  if (stack.layers.length === 1) return stack.layers;
  const distinct: { layer: LayerRun["layer"]; count: number }[] = [];
  for (const { layer, count } of stack.layers) {
    const found = distinct.find((run) => isSame(run.layer, layer));
    if (found === undefined) distinct.push({ layer, count });
    else found.count += count;
  }
  return distinct;
}

/** Equality of plain data. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const left = Object.entries(a);
  if (left.length !== Object.keys(b).length) return false;
  const right: Readonly<Record<string, unknown>> = { ...b };
  return left.every(([key, value]) => isSame(value, right[key]));
}

/** All operators in order; one equal to an earlier one of the same name adds to its count. */
export function mergeOperators(parts: readonly (readonly Operator[])[]): readonly Operator[] {
  const merged: Operator[] = [];
  const places = new Map<string, number[]>();
  for (const operators of parts) {
    for (const operator of operators) {
      const candidates = places.get(operator.name);
      const place = candidates?.find((index) => isEqualWork(merged[index], operator));
      const earlier = place === undefined ? undefined : merged[place];
      if (place !== undefined && earlier !== undefined) {
        merged[place] = { ...earlier, count: earlier.count + operator.count };
        continue;
      }
      if (candidates === undefined) places.set(operator.name, [merged.length]);
      else candidates.push(merged.length);
      merged.push(operator);
    }
  }
  return merged;
}

/** Of operators of one name: same arithmetic, same traffic, same shape. */
function isEqualWork(a: Operator | undefined, b: Operator): boolean {
  return (
    a !== undefined &&
    a.flops === b.flops &&
    a.read === b.read &&
    a.written === b.written &&
    isSame(a.work, b.work)
  );
}
