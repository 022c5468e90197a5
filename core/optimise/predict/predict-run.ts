/** Time of a run of a model that was never run: what an engine would make of it, at the prices of a machine. */
import type { ModelProto } from "onnx-buf";
import { ok, type Result } from "../../result.ts";
import { Draft } from "../draft.ts";
import { laidOut } from "./_blocked.ts";
import { fuse } from "./_fuse.ts";
import { runTime, type Kernel, type Machine, type RunTime } from "./machine.ts";
import { Plan } from "./_plan.ts";
import { stepsOf, valuesOf } from "./steps.ts";

/** Channels a block where images are laid out for 512-bit vectors. */
const BLOCK = 16;
const WIDTH = 4;

/**
 * The kernels that ONNX Runtime runs for `model` on a CPU, and the bytes of its results; nodes are put in order.
 *
 * Errors: a graph that is not in order, sizes that do not fit together.
 */
export function kernelsOf(
  model: ModelProto,
  sizes: Readonly<Record<string, number>>,
): Result<{ readonly kernels: readonly Kernel[]; readonly resultBytes: number }> {
  const read = stepsOf(Draft.of(model).sealed(), sizes);
  if (!read.ok) return read;
  const { steps, results } = read.value;
  const plan = new Plan(steps, results);
  fuse(plan);
  const kernels = laidOut(plan, BLOCK).map(({ operator, inputs, outputs }) => ({
    operator,
    inputs: inputs.filter((input) => input !== null).map(({ dims }) => dims),
    outputs: outputs.map(({ dims }) => dims),
  }));
  const resultBytes = results.reduce((sum, each) => sum + WIDTH * valuesOf(each), 0);
  return ok({ kernels, resultBytes });
}

/** As {@link kernelsOf}. */
export function predictRun(
  model: ModelProto,
  sizes: Readonly<Record<string, number>>,
  machine: Machine,
): Result<RunTime> {
  const run = kernelsOf(model, sizes);
  return run.ok ? ok(runTime(run.value, machine)) : run;
}
