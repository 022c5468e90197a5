/** A {@link Runner} by ONNX Runtime, each question in child processes of its own. */
import { totalmem } from "node:os";
import type { Outcome, Runner, Subject, Tensors } from "../../core/optimise/index.ts";
import { assert } from "../../core/assert.ts";
import { confined } from "./_confined.ts";
import type { Answers, EngineEntry, JobSubject, Task } from "./_job.ts";
import { together } from "./_together.ts";
import { enginePath } from "./engine-path.ts";

export interface RunnerOptions {
  /** Seconds a child may take beyond what it was asked to; 120 unless said. */
  readonly patience?: number;
  /** Resident bytes of a child; 80 % of the machine's memory unless said. */
  readonly memory?: number;
  /** Folder of the tensors that models keep outside their files. */
  readonly beside?: string;
  /** Where /sys is looked for; "/" unless said. */
  readonly root?: string;
  /** Ends what runs. */
  readonly stop?: AbortSignal;
}

const PATIENCE = 120;
const MEMORY_SHARE = 0.8;

/** Of a child that is timed: warming up, and blocks that began before the budget was over. */
const OVERTIME = 3;

const SCRIPT = new URL(
  import.meta.url.endsWith(".ts") ? "./child.ts" : "../onnx/child.js",
  import.meta.url,
);

/**
 * Questions of the provider "wasm" go to onnxruntime-web, as browsers have it, all others to onnxruntime-node.
 *
 * Errors: throws where what a question needs is not installed, with what installs it.
 */
export function onnxRunner(options: RunnerOptions = {}): Runner {
  const asked = async <K extends keyof Answers>(
    task: Extract<Task, { readonly kind: K }>,
    files: ReadonlyMap<string, Uint8Array>,
    { budget = 0, children = 1 }: { readonly budget?: number; readonly children?: number } = {},
  ): Promise<readonly Outcome<Answers[K]>[]> => {
    const { patience = PATIENCE, memory = MEMORY_SHARE * totalmem() } = options;
    const { beside = null, root = "/", stop } = options;
    return confined<Answers[K]>(
      { script: SCRIPT, job: { task, engine: engineOf(task), beside, root }, files, children },
      { time: patience + OVERTIME * budget, bytes: memory, stop },
    );
  };
  return {
    outputs: async (model, feeds, session) => {
      const { files, place } = baggage();
      const task = { kind: "outputs", subject: place({ model, feeds, session }) } as const;
      const answer = only(await asked(task, files));
      return answer.kind === "failed" ? answer : { ...answer, value: answer.value.map(owned) };
    },
    compare: async (before, after, budget) => {
      const { files, place } = baggage();
      const pair = { before: place(before), after: place(after) };
      return only(await asked({ kind: "compare", ...pair, budget }, files, { budget }));
    },
    throughput: async (subject, instances, budget) => {
      const { files, place } = baggage();
      const task = { kind: "throughput", subject: place(subject), budget } as const;
      const answers = await asked(task, files, { budget, children: instances });
      return together(answers, subject.items ?? 1);
    },
    profile: async (subject) => {
      const { files, place } = baggage();
      return only(await asked({ kind: "profile", subject: place(subject) }, files));
    },
  };
}

function engineOf(task: Task): EngineEntry {
  const { session } = "before" in task ? task.before : task.subject;
  const isWeb = session.provider === "wasm";
  return { url: enginePath(isWeb ? "onnxruntime-web" : "onnxruntime-node"), isWeb };
}

/** Models on their way to a child, each once. */
function baggage() {
  const files = new Map<string, Uint8Array>();
  const place = ({ model, session, feeds }: Subject): JobSubject => {
    const known = [...files].find(([, bytes]) => bytes === model)?.[0];
    const file = known ?? `model-${files.size}.onnx`;
    files.set(file, model);
    return { file, session, feeds };
  };
  return { files, place };
}

/** Bytes that came in one piece, as pieces of their own, which views of any type may begin at. */
function owned(tensors: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [
      name,
      { ...tensor, bytes: new Uint8Array(tensor.bytes) },
    ]),
  );
}

function only<T>([first]: readonly Outcome<T>[]): Outcome<T> {
  assert(first !== undefined, "one child was asked");
  return first;
}
