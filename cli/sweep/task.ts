/** A task: everything that decides one outcome, so that any machine can do it and none twice. */
import { z } from "zod";
import { decode } from "../../core/decode.ts";
import { decodeWorkload } from "../../core/index.ts";
import { ok, refuse, type Result } from "../../core/result.ts";
import { isPath } from "../model-input.ts";
import { flagsSchema, loadSchema, type Load } from "./flags.ts";
import type { Outcome } from "./ready-plan.ts";
import type { Plan } from "./study.ts";

export interface Task {
  readonly plan: Plan;
  readonly load: Load;
  readonly seed: number;
  /** Of the plan, as whoever asks has it. */
  readonly fingerprint: string;
}

/** Whatever does tasks: threads of this machine, or a queue with workers anywhere. */
export interface Runner {
  /** Tasks that should be under way or waiting at a time. */
  readonly ahead: number;
  /** Errors: it failed as often as it may. */
  readonly run: (task: Task) => Promise<Outcome>;
  /** Lets go of threads and connections; tasks not begun are taken back. */
  readonly close: () => Promise<void>;
}

/** Of a task as JSON, a catalogue of the user's own included. */
export const TASK_CHARACTERS_MAX = 1_000_000;

const task = z.strictObject({
  plan: z.strictObject({
    options: flagsSchema,
    workload: z.unknown(),
    catalogue: z.unknown().optional(),
    profile: z.unknown().optional(),
  }),
  load: loadSchema,
  seed: z.int().nonnegative().max(2e9),
  fingerprint: z.string().regex(/^[0-9a-f]{32}$/u),
});

/** A task from a queue, which names no file of the machine that reads it. */
export function decodeTask(json: unknown): Result<Task> {
  const length = JSON.stringify(json)?.length ?? 0;
  if (length > TASK_CHARACTERS_MAX) {
    return refuse([], `at most ${TASK_CHARACTERS_MAX} characters`, length);
  }
  const read = decode(task, json);
  if (!read.ok) return read;
  const { plan, ...rest } = read.value;
  const workload = decodeWorkload(plan.workload);
  if (!workload.ok) {
    const { path, expected, got } = workload.error;
    return { ok: false, error: { path: ["plan", "workload", ...path], expected, got } };
  }
  const { model } = plan.options;
  if (!isTravelling(model)) {
    return refuse(["plan", "options", "model"], "a model of the catalogue or the Hub", model);
  }
  return ok({ plan: { ...plan, workload: workload.value }, ...rest });
}

/** Whether a model's name means the same on every machine. */
export function isTravelling(model: unknown): boolean {
  return typeof model === "string" && !isPath(model) && !/\.\.|\\|\/.*\//u.test(model);
}
