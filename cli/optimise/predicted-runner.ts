/** A runner for a machine that is not at hand: outputs are computed here, times are predicted for a device. */
import {
  estimateBatch,
  memorySource,
  SHIPPED,
  type Catalogue,
  type OnnxSizes,
} from "../../core/index.ts";
import type { Comparison, Outcome, Ratio, Runner, Timing } from "../../core/optimise/index.ts";
import { decodeOnnxFile, openSizes, readOnnx } from "../../core/model/onnx/index.ts";
import { placementFrom } from "../placement-options.ts";

interface Predicted {
  readonly time: number;
  readonly upper: number;
  /** Of the file: what runs beside it is not counted. */
  readonly memory: number;
}

/** What device and catalogue the times are of. */
export interface PredictedFor {
  readonly device: string;
  readonly catalogue: Catalogue;
  readonly sizes: OnnxSizes;
  /** Computes outputs. */
  readonly local: Runner;
}

/** Errors: a device that the catalogue does not have. */
export function predictedRunner(given: PredictedFor): Runner {
  const times = new Map<Uint8Array, Promise<Outcome<Predicted>>>();
  const timeOf = (model: Uint8Array) => {
    const found = times.get(model) ?? predicted(model, given);
    times.set(model, found);
    return found;
  };
  return {
    outputs: given.local.outputs,
    compare: async (before, after) => {
      const [first, second] = [await timeOf(before.model), await timeOf(after.model)];
      if (first.kind === "failed") return first;
      if (second.kind === "failed") return second;
      return { kind: "done", value: comparison(first.value, second.value) };
    },
    throughput: async ({ model, items = 1 }, instances) => {
      const found = await timeOf(model);
      if (found.kind === "failed") return found;
      const itemsPerSecond = (instances * items) / found.value.time;
      return { kind: "done", value: { itemsPerSecond, timing: timing(found.value) } };
    },
    profile: async () => failure("no profile of a machine that is not at hand"),
  };
}

function failure(message: string): Extract<Outcome<never>, { readonly kind: "failed" }> {
  return { kind: "failed", reason: "error", message };
}

async function predicted(
  bytes: Uint8Array,
  { device, catalogue, sizes }: PredictedFor,
): Promise<Outcome<Predicted>> {
  const given = { source: "model.onnx", sizes: await sizesOf(bytes, sizes) };
  const read = await readOnnx(memorySource(bytes), given);
  if (!read.ok) return failure(`${read.error.path.join(".")}: expected ${read.error.expected}`);
  const network = read.value;
  const placed = placementFrom({ device, ...ALONE }, network, catalogue);
  const placement = { ...placed.placement, numerics: network.numerics };
  const query = { model: network, ...placed, placement, batch: 1, input: 1, output: 0 };
  const answer = estimateBatch(query, SHIPPED);
  if (answer.kind === "infeasible") return failure(answer.reason);
  const { latency } = answer;
  return { kind: "done", value: { time: latency.p50, upper: latency.p90, memory: bytes.length } };
}

/** Those of `sizes` that the graph leaves open: a candidate may have them fixed. */
async function sizesOf(bytes: Uint8Array, sizes: OnnxSizes): Promise<OnnxSizes> {
  const decoded = await decodeOnnxFile(bytes);
  const graph = decoded.ok ? decoded.value.graph : undefined;
  if (graph === undefined) return sizes;
  const open = openSizes(graph);
  return Object.fromEntries(Object.entries(sizes).filter(([name]) => open.has(name)));
}

/** One device, on its own. */
const ALONE = { engine: "static", replicas: 1, tp: 1, pp: 1, dp: 1, ep: 1 } as const;

/** Errors of a law move both times alike; what is left of them in a quotient. */
const QUOTIENT_ERROR = 0.05;

function comparison(before: Predicted, after: Predicted): Comparison {
  const middle = before.time / after.time;
  const ratio = {
    lower: middle / (1 + QUOTIENT_ERROR),
    middle,
    upper: middle * (1 + QUOTIENT_ERROR),
  };
  const control: Ratio = { lower: 1, middle: 1, upper: 1 };
  return {
    before: timing(before),
    after: timing(after),
    ratio,
    cpuRatio: ratio,
    control,
    cpuControl: control,
    blocks: Number.MAX_SAFE_INTEGER,
    pressure: null,
  };
}

function timing({ time, upper, memory }: Predicted): Timing {
  const middle = { median: time, least: time, cpu: time };
  return { ...middle, p95: upper, p99: upper, runs: 0, bytesResident: memory };
}
