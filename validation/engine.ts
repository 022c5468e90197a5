/** The engine that served a row, as the catalogue knows engines. */
import type { Device } from "../core/index.ts";
import { engineOn, type Engine } from "../core/estimate/index.ts";
import type { Row } from "./row.ts";

const ENGINES: readonly (readonly [RegExp, string])[] = [
  [/sglang/i, "sglang"],
  [/tensorrt|triton/i, "tensorrt-llm"],
  [/vllm|neuron|jetstream|tgi/i, "vllm"],
];

/** An engine that batches as requests come; the first of the catalogue where the row's is not in it. */
export function servingEngine(row: Row, engines: readonly Engine[], device: Device): Engine | null {
  const wanted = ENGINES.find(([words]) => words.test(row.engine))?.[1] ?? "vllm";
  const engine = engines.find(({ id }) => id === wanted) ?? engines[0];
  return engine === undefined ? null : engineOn(engine, device);
}

/**
 * An engine that computes one batch of `sequences` from start to end: benchmarks of phases and of whole
 * batches have no scheduler, and take all the memory there is.
 */
export function batchEngine(engines: readonly Engine[], sequences: number): Engine | null {
  const engine = engines.find(
    ({ scheduler, launch }) => scheduler === "static" && launch === undefined,
  );
  if (engine === undefined) return null;
  const memory = { fraction: 0.98, of: "total", activationsOutside: true } as const;
  return { ...engine, memory, sequencesMax: Math.max(1, Math.ceil(sequences)), runtime: 0 };
}
