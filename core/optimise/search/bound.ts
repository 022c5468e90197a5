/** How much a change can gain at most: Amdahl's law over a profile. */
import type { GraphProto } from "onnx-buf";
import type { Profile } from "../runner.ts";
import type { EditCount } from "./candidate.ts";

/**
 * Times as fast as before, if all operators of the kinds that `edits` take out took no time. Operators of the engine's
 * own making (fused ones, changes of layout) may vanish with any edit, and are counted so.
 *
 * Source: Amdahl 1967, "Validity of the single processor approach to achieving large scale computing capabilities"
 */
export function gainBound(
  profile: Profile,
  graph: GraphProto,
  edits: readonly EditCount[],
): number {
  const touched = new Set(edits.flatMap(({ removed }) => Object.keys(removed)));
  if (touched.size === 0) return Infinity;
  const own = new Set(graph.node.map(({ opType }) => opType));
  const left = profile.operators
    .filter(({ operator }) => own.has(operator) && !touched.has(operator))
    .reduce((sum, { time }) => sum + time, 0);
  const share = profile.total > 0 ? left / profile.total : 0;
  return share === 0 ? Infinity : 1 / share;
}
