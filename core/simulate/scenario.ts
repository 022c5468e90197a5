/** Scenarios of periodic work as files: sensors, the models their frames go through, deadlines. */
import * as z from "zod";
import { decode } from "../decode.ts";
import { quantitySchema } from "../quantity-schema.ts";
import { ok, refuse, type Result } from "../result.ts";
import type { Fraction, Seconds, Tokens } from "../units.ts";
import type { DeadlineSimulation, PeriodicTask } from "./deadlines.ts";

/** What a frame costs on a device: a time that is known, or a model's pass over so many inputs. */
export type FrameWork =
  | { readonly kind: "time"; readonly service: Seconds }
  | {
      readonly kind: "model";
      readonly model: string;
      readonly inputs: number;
      /** Tokens of text that it reads; speech and pictures have their own size. */
      readonly input: Tokens;
      /** Tokens that it writes; 0 of a model that only reads. */
      readonly output: Tokens;
      /** Number formats; those of the checkpoint where absent. */
      readonly format?: string;
    };

export interface ScenarioTask extends Omit<PeriodicTask, "service"> {
  readonly work: FrameWork;
}

export interface Scenario {
  readonly name: string;
  readonly about?: string;
  /** Of the catalogue; null where all times are known. */
  readonly device: string | null;
  readonly devices: number;
  readonly duration: Seconds;
  readonly order: DeadlineSimulation["order"];
  readonly tasks: readonly ScenarioTask[];
}

/** Frames of all tasks together in one run. */
const FRAMES_MAX = 1e7;

const time = quantitySchema("time");
const DEVICES_MAX = 10_000;
const WAITING_MAX = 10_000;
const TOKENS_MAX = 1e6;

const task = z
  .strictObject({
    name: z.string().min(1),
    rate: quantitySchema("frequency").exactOptional(),
    after: z.string().exactOptional(),
    offset: time.default(0),
    jitter: time.default(0),
    deadline: time,
    priority: z.int().nonnegative().default(0),
    variation: z.number().min(0).max(5).default(0),
    device: z.int().nonnegative().exactOptional(),
    waiting: z.int().positive().max(WAITING_MAX).exactOptional(),
    service: time.exactOptional(),
    model: z.string().exactOptional(),
    inputs: z.int().positive().default(1),
    input: z.int().positive().max(TOKENS_MAX).default(1),
    output: z.int().nonnegative().max(TOKENS_MAX).default(0),
    format: z.string().exactOptional(),
  })
  .refine(({ rate, after }) => (rate === undefined) !== (after === undefined), {
    message: '"rate" or "after", and not both',
  })
  .refine(({ rate }) => rate === undefined || rate > 0, { message: "a rate above zero" })
  .refine(({ service, model }) => (service === undefined) !== (model === undefined), {
    message: '"service" or "model", and not both',
  });

const file = z.strictObject({
  name: z.string().min(1),
  about: z.string().exactOptional(),
  device: z.string().nullable().default(null),
  devices: z.int().positive().max(DEVICES_MAX).default(1),
  duration: time.refine((value) => value > 0, { message: "a time above zero" }),
  order: z.enum(["priority", "earliest-deadline"]).default("priority"),
  tasks: z.array(task).min(1),
});

type TaskFile = z.output<typeof task>;

/** A scenario from the JSON of its file; refused with the path of the first field that is wrong. */
export function decodeScenario(json: unknown): Result<Scenario> {
  const read = decode(file, json);
  if (!read.ok) return read;
  const { tasks, ...rest } = read.value;
  const root = rootsOf(tasks);
  for (const [index, each] of tasks.entries()) {
    const problem = problemOf(each, { ...rest, tasks, root });
    if (problem !== null) return refuse(["tasks", index, problem.field], problem.expected, each);
  }
  const scenario = {
    ...rest,
    tasks: tasks.map((each): ScenarioTask => taskOf(each, 1 / (root(each)?.rate ?? 1))),
  };
  const frames = scenario.tasks.reduce((sum, { period }) => sum + rest.duration / period, 0);
  if (frames > FRAMES_MAX) return refuse(["duration"], `at most ${FRAMES_MAX} frames`, frames);
  return ok(scenario);
}

type Root = (task: TaskFile) => TaskFile | null;

/** The sensor at the beginning of a task's chain; null where the chain has none. */
function rootsOf(tasks: readonly TaskFile[]): Root {
  const named = new Map(tasks.map((each) => [each.name, each]));
  return (task) => {
    let at: TaskFile | undefined = task;
    for (let links = 0; at !== undefined && links <= tasks.length; links += 1) {
      if (at.after === undefined) return at;
      at = named.get(at.after);
    }
    return null;
  };
}

interface Problem {
  readonly field: string;
  readonly expected: string;
}

function problemOf(
  task: TaskFile,
  whole: { readonly tasks: readonly TaskFile[]; readonly devices: number; readonly root: Root },
): Problem | null {
  const { name, device = 0, jitter } = task;
  const root = whole.root(task);
  if (whole.tasks.filter((each) => each.name === name).length > 1) {
    return { field: "name", expected: "a name that no other task has" };
  }
  if (root === null) return { field: "after", expected: "a chain that begins with a sensor" };
  if (device >= whole.devices) {
    return { field: "device", expected: `a device below ${whole.devices}` };
  }
  if (root.rate !== undefined && jitter >= 1 / root.rate) {
    return { field: "jitter", expected: "less than the time between two frames" };
  }
  return null;
}

function taskOf(task: TaskFile, period: Seconds): ScenarioTask {
  const { service, model, inputs, input, output, format, rate: _, ...rest } = task;
  const named = { ...rest, period, variation: task.variation as Fraction };
  if (service !== undefined) return { ...named, work: { kind: "time", service } };
  const work = { kind: "model" as const, model: model ?? "", inputs, input, output };
  return { ...named, work: format === undefined ? work : { ...work, format } };
}
