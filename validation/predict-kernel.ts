/** Answers for rows of single kernels. */
import { reciprocal, type Interval } from "../core/interval.ts";
import { widened, type Traits } from "../core/estimate/index.ts";
import { operatorTime, prerounded, substitutions } from "../core/estimate/laws/index.ts";
import { expand, SINGLE_DEVICE, type Operator } from "../core/operators/index.ts";
import { type Answer, refusalOf, unanswered, unlisted } from "./answer.ts";
import { kernelOperator } from "./kernel.ts";
import { timedKernel } from "./kernel-timing.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { numericsOf } from "./precision.ts";
import type { Row } from "./row.ts";
import type { World } from "./world.ts";

/** Whether NCCL itself was timed: rings at any size, where engines have kernels of their own for small ones. Source: NVIDIA/nccl-tests README */
function isLibrary({ engine }: Row): boolean {
  return /^(NCCL|nccl-tests)/.test(engine);
}

export function predictKernel(row: Row, world: World): Answer {
  const device = world.device(row.hardware);
  if (device === null) return unanswered(unlisted("device", row.hardware));
  const operator = kernelOperator(row) ?? layerOperator(row, world);
  if (operator === null) return unanswered("kernel not modelled");
  const found = world.target(world.system(device), true);
  if (found === null) return unanswered("device lacks bandwidth or peak rate");
  const served = isBare(row) ? prerounded(found) : found;
  const target = isLibrary(row) ? { ...served, ringed: 1 } : served;
  const stand = substitutions([operator], target);
  if ("kind" in stand) return unanswered(refusalOf(stand));
  const { time: alone, spread, basis } = operatorTime(operator, { ...target, repeated: true });
  const time = timedKernel(row, operator, alone);
  const traits = { short: Math.log2(time / 1e-6), spread: Math.log2(spread) };
  return asked(
    metricOf(row.metric, row.phase, row.unit).quantity,
    operator,
    widened(
      time,
      { basis },
      { name: "kernel", widths: world.coefficients.widths, traits, device: device.id },
    ),
    traits,
  );
}

/**
 * Whether a library's product was timed alone: its operands came rounded, where engines round activations
 * in a kernel before.
 *
 * Source: deepseek-ai/DeepGEMM README (casting is left to the caller); NVIDIA cuBLAS documentation,
 * cublasLtMatmul (operands in FP8); PyTorch, torch._scaled_mm
 */
function isBare({ engine }: Row): boolean {
  return /DeepGEMM|cuBLASLt|scaled_mm/.test(engine);
}

function asked(quantity: Quantity, operator: Operator, time: Interval, traits: Traits): Answer {
  switch (quantity) {
    case "kernel-time":
      return { interval: time, spread: "kernel", traits };
    case "flops-rate":
      return { interval: reciprocal(time, operator.flops), spread: "kernel", traits };
    case "bandwidth":
      return {
        interval: reciprocal(time, operator.read + operator.written),
        spread: "kernel",
        traits,
      };
    case "bus-bandwidth":
      return { interval: reciprocal(time, busBytes(operator)), spread: "kernel", traits };
    default:
      return unanswered("metric not predicted");
  }
}

/** Bytes that cross each link of a ring, which is what bus bandwidth counts. */
function busBytes({ work }: Operator): number {
  if (work.kind !== "collective") return 0;
  const passes = work.pattern === "all-reduce" ? 2 : 1;
  return (passes * work.bytes * (work.ranks - 1)) / work.ranks;
}

/** Profilers of whole layers name products by their place. Source: microsoft/vidur, profiling/mlp */
const PLACES: ReadonlyMap<string, string> = new Map([
  ["attn_pre_proj", "attention/qkv"],
  ["attn_post_proj", "attention/out"],
  ["mlp_up_proj", "mlp/up"],
  ["mlp_down_proj", "mlp/down"],
]);

function layerOperator(row: Row, world: World): Operator | null {
  const place = / layer op (\w+)$/.exec(row.model)?.[1];
  const name = PLACES.get(place ?? "");
  const named = world.model(row.model);
  const tokens = Number(row.batch_or_concurrency);
  if (name === undefined || named?.model.kind !== "transformer" || !(tokens > 0)) return null;
  const { model } = named;
  const formats = numericsOf(row, model, named.named);
  if (formats === null) return null;
  const step = { segments: [{ sequences: 1, query: tokens, prefix: 0 }] };
  const parallel = { ...SINGLE_DEVICE, tensor: row.tp ?? 1 };
  const operators = expand({ model, step, parallel, numerics: formats });
  return operators.find((operator) => operator.name === name) ?? null;
}
