/** Lanes by ONNX Runtime: what its native code reaches with one core and with all. */
import type * as Onnx from "onnxruntime-node";
import type { InferenceSession, Tensor as OnnxTensor } from "onnxruntime-node";
import {
  attentionModel,
  convolutionModel,
  matmulModel,
  type OneOperator,
  type Tensor,
} from "./_models.ts";
import { enginePath } from "../onnx/engine-path.ts";
import { startedMeter } from "./energy.ts";
import { fastestTask, repeatsInterval, type Lane } from "./lane.ts";
import { treeAt } from "./machine.ts";
import type { Asked, Telling } from "./part.ts";
import { threadClock } from "./cpu-clock.ts";
import { ratesInStep } from "./in-step.ts";
import { burst, HELD_SHARE, endurance, repeatedRates, type Clock, type Spell } from "./repeats.ts";

export type Runtime = Pick<typeof Onnx, "InferenceSession" | "Tensor">;

/** Built files are bundled: this one is then a chunk, and the thread an entry of its own. */
const THREAD = new URL(
  import.meta.url.endsWith(".ts") ? "./native-thread.ts" : "../lanes/native-thread.js",
  import.meta.url,
);

interface Kind extends Pick<Lane, "what" | "precision" | "size" | "method"> {
  readonly build: () => OneOperator;
}

/** What a thread is told. */
export interface NativeTask {
  /** Of the runtime. */
  readonly path: string;
  /** Place among {@link KINDS}. */
  readonly kind: number;
  readonly spell: Spell;
  readonly clock: Lane["clock"];
}

const SIDES = [128, 256, 512, 1024, 2048] as const;

type Format = Parameters<typeof matmulModel>[1];
const METHODS: Readonly<Record<Format, string>> = {
  fp32: "MatMul",
  fp16: "MatMul",
  u8s8: "MatMulInteger U8S8",
  qdq: "QDQ U8S8",
};

/** What is measured with one core, and with all. */
const KINDS: readonly Kind[] = kinds();

function kinds(): readonly Kind[] {
  const product = (size: number, precision: "fp32" | "fp16" | "int8", format: Format) => ({
    what: "matmul" as const,
    precision,
    size,
    method: `onnxruntime ${METHODS[format]}`,
    build: () => matmulModel(size, format),
  });
  const image = (what: "convolution" | "depthwise", size: number, channels: number) => ({
    what,
    precision: "fp32" as const,
    size,
    method: `onnxruntime Conv 3x3 of ${channels} channels`,
    build: () => convolutionModel(size, channels, what === "depthwise" ? channels : 1),
  });
  return [
    ...SIDES.map((side) => product(side, "fp32", "fp32")),
    ...[512, 1024].map((side) => product(side, "fp16", "fp16")),
    ...SIDES.map((side) => product(side, "int8", "u8s8")),
    ...[512, 1024].map((side) => product(side, "int8", "qdq")),
    image("convolution", 56, 64),
    image("convolution", 14, 256),
    image("depthwise", 56, 144),
    ...[128, 512].map((size) => ({
      what: "attention" as const,
      precision: "fp32" as const,
      size,
      method: "onnxruntime MultiHeadAttention",
      build: () => attentionModel(size),
    })),
  ];
}

/** Lanes one by one, then the fastest of each format kept up; a sentence where the runtime is absent. */
export async function* nativeLanes({ threads, budget, root }: Asked): Telling {
  const path = await Promise.resolve("onnxruntime-node")
    .then(enginePath)
    .catch(() => null);
  if (path === null) {
    yield {
      kind: "note",
      text: "native lanes: onnxruntime-node is absent (npm install onnxruntime-node)",
    };
    return;
  }
  const runtime = (await import(path)) as Runtime;
  const counts = threads === 1 ? [1] : [1, threads];
  const tasks = counts.flatMap((count) => KINDS.map((_, kind) => ({ path, kind, threads: count })));
  const spell = burst(((1 - HELD_SHARE) * budget) / tasks.length);
  const all: { readonly task: Task; readonly lane: Lane }[] = [];
  for (const [index, task] of tasks.entries()) {
    const lane = await nativeLane(runtime, task, { spell });
    all.push({ task, lane });
    yield { kind: "lane", lane, done: (index + 1) / tasks.length };
  }
  const tree = treeAt(root);
  for (const precision of ["fp32", "int8"] as const) {
    const task = fastestTask(
      all,
      (lane) => lane.precision === precision && lane.threads === threads,
    );
    if (task === undefined) continue;
    const seconds = (HELD_SHARE * budget) / 2;
    const meter = startedMeter(tree);
    const began = performance.now();
    const lane = await nativeLane(runtime, task, { spell: endurance(seconds), sustained: seconds });
    const power = meter === null ? null : (meter() * 1000) / (performance.now() - began);
    yield { kind: "lane", lane: { ...lane, power }, done: 1 };
  }
}

interface Task extends Pick<NativeTask, "path" | "kind"> {
  readonly threads: number;
}

/**
 * Of several cores, a session of one thread on each: threads of one session wait for each other busily, so that no clock
 * tells their work from that of other programs. Bursts go by the time of processors, where Node says it.
 */
async function nativeLane(
  runtime: Runtime,
  { threads, ...task }: Task,
  { spell, sustained = null }: { readonly spell: Spell; readonly sustained?: number | null },
): Promise<Lane> {
  const clock = sustained === null && threadClock() !== null ? "processor" : "wall";
  const now = clock === "processor" ? threadClock() : null;
  const one: NativeTask = { ...task, spell, clock };
  const rates =
    threads === 1
      ? await sessionRates(runtime, task.kind, { spell, now })
      : await ratesInStep(THREAD, threads, one);
  const { build: _, ...kind } = kindAt(task.kind);
  return { ...kind, threads, rate: repeatsInterval(rates), clock, sustained, power: null };
}

function kindAt(kind: number): Kind {
  const found = KINDS[kind];
  if (found === undefined) throw new RangeError(`no kind ${kind} of work`);
  return found;
}

/** Of a session of one thread, which waits for others to be `ready` as well. */
export async function sessionRates(
  runtime: Runtime,
  kind: number,
  given: {
    readonly spell: Spell;
    readonly now: Clock | null;
    readonly ready?: () => void;
  },
): Promise<readonly number[]> {
  const { model, feeds, flops } = kindAt(kind).build();
  const options = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;
  const session = await runtime.InferenceSession.create(model, options);
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, tensor]) => [name, hosted(runtime, tensor)]),
  );
  given.ready?.();
  const chore = { run: repeated(session, tensors), amount: flops };
  const rates = await repeatedRates(chore, given.spell, given.now ?? undefined);
  await session.release();
  return rates;
}

function repeated(session: InferenceSession, feeds: Readonly<Record<string, OnnxTensor>>) {
  return async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await session.run(feeds);
  };
}

function hosted({ Tensor }: Runtime, { type, dims, bytes }: Tensor): OnnxTensor {
  switch (type) {
    case "float32":
      return new Tensor(type, new Float32Array(bytes.buffer), dims);
    case "uint8":
      return new Tensor(type, bytes, dims);
    default:
      throw new Error(`no model is fed ${type}`);
  }
}
