/** How fast a candidate will be, before it runs: at prices of kernels that the file's own run tells. */
import { decodeOnnxFile } from "../../model/onnx/index.ts";
import { predictRun, pricesOf, type Machine, type RunTime } from "../predict/index.ts";
import type { Profile } from "../runner.ts";
import type { Ask } from "./ask.ts";

/** How many times as fast as the file a model is; null where it has kernels that have no price. */
export type Foresight = (model: Uint8Array) => Promise<number | null>;

/** Kernels of operators that have no kind of their own. */
const OTHER = "other";

/**
 * By the machine of the question, else by `profile` of the file; null where there is neither. Prices of one model hold
 * for its rewritten forms, whose kernels are of the same kinds: of five the gains are foreseen at 0.88 to 1.01 of what
 * profiles show.
 */
export async function foresightOf(ask: Ask, profile: Profile | null): Promise<Foresight | null> {
  const machine = ask.machine ?? (profile === null ? null : ownPrices(ask, profile));
  if (machine === null) return null;
  const before = await timeOf(ask.model, ask, machine);
  if (before === null) return null;
  const known = new Set([...before.unknown, OTHER]);
  return async (model) => {
    const after = await timeOf(model, ask, machine);
    const isPriced = after !== null && after.unknown.every((kind) => known.has(kind));
    return isPriced && after.time > 0 ? before.time / after.time : null;
  };
}

async function timeOf(
  bytes: Uint8Array,
  { sizes = {} }: Ask,
  machine: Machine,
): Promise<RunTime | null> {
  const model = await decodeOnnxFile(bytes);
  const run = model.ok ? predictRun(model.value, sizes, machine) : model;
  return run.ok ? run.value : null;
}

/** Operators whose time is that of the graphs inside them. */
const AROUND: ReadonlySet<string> = new Set(["If", "Loop", "Scan"]);

function ownPrices({ session }: Ask, { operators }: Profile): Machine {
  const kernels = operators
    .filter(({ operator }) => !AROUND.has(operator))
    .map(({ least, time, ...kernel }) => ({ ...kernel, time: least ?? time }));
  const about = { about: "the file's own run", threads: session.threads };
  return pricesOf(about, [{ name: "file", kernels, resultBytes: 0 }]);
}
