/** Layers one by one, as runs of equal ones. */
import type { Layer, LayerRun } from "./model.ts";

/** Consecutive equal layers joined; order is kept, so an interleaved pattern is many short runs. */
export function layerRuns(layers: readonly Layer[]): readonly LayerRun[] {
  const runs: { count: number; layer: Layer; key: string }[] = [];
  for (const layer of layers) {
    const key = JSON.stringify(layer);
    const last = runs.at(-1);
    if (last?.key === key) last.count += 1;
    else runs.push({ count: 1, layer, key });
  }
  return runs.map(({ count, layer }) => ({ count, layer }));
}
