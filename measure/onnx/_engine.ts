/** ONNX Runtime inside a child process: sessions, and tensors on their way in and out. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as Runtime from "onnxruntime-node";
import type { HostTensor, Outcome, Tensors } from "../../core/optimise/index.ts";
import type { JobSubject } from "./_job.ts";

/** One subject, ready to run. */
export interface Opened {
  /** Runs on the feed of that turn; feeds are taken in turn. */
  readonly run: (turn: number) => Promise<Runtime.InferenceSession.ReturnType>;
  readonly session: Runtime.InferenceSession;
}

type Failure = Extract<Outcome<never>, { readonly kind: "failed" }>;

/** An engine's refusal, on its way to the top of the child. */
export class Refusal extends Error {
  readonly outcome: Failure;

  constructor(reason: Failure["reason"], error: unknown) {
    const message = error instanceof Error ? error.message : String(error);
    super(message);
    const isMemory = /bad_alloc|Failed to allocate memory|out of memory/iu.test(message);
    this.outcome = { kind: "failed", reason: isMemory ? "memory" : reason, message };
  }
}

export interface Engine {
  readonly runtime: typeof Runtime;
  readonly folder: string;
  /** Folder of tensors that models keep outside their files. */
  readonly beside: string | null;
  /** onnxruntime-web: takes bytes alone, and threads of the whole process. */
  readonly isWeb: boolean;
  /** Where /sys is looked for. */
  readonly root: string;
}

type Options = Runtime.InferenceSession.SessionOptions;

/** Errors: a {@link Refusal}, "invalid" of a model that the engine does not load, "error" of feeds it cannot take. */
export async function opened(
  engine: Engine,
  { file, session: asked, feeds }: JobSubject,
  more: Options = {},
): Promise<Opened> {
  const options: Options = {
    executionProviders: [asked.provider],
    intraOpNumThreads: asked.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: asked.optimises ? "all" : "disabled",
    logSeverityLevel: 3,
    ...more,
  };
  const session = await loaded(engine, join(engine.folder, file), options).catch(
    (error: unknown) => {
      throw new Refusal("invalid", error);
    },
  );
  const turns = feeds.map((feed) => fed(engine.runtime, feed));
  const run = (turn: number) =>
    session.run(turns[turn % turns.length] ?? {}).catch((error: unknown) => {
      throw new Refusal("error", error);
    });
  return { run, session };
}

/** From bytes where the model has tensors elsewhere, since only then another folder may be named. */
function loaded(
  { runtime, beside, isWeb }: Engine,
  path: string,
  options: Options,
): Promise<Runtime.InferenceSession> {
  const { InferenceSession, env } = runtime;
  if (isWeb) {
    env.wasm.numThreads = options.intraOpNumThreads ?? 1;
    return InferenceSession.create(readFileSync(path), options);
  }
  if (beside === null) return InferenceSession.create(path, options);
  const extra = { session: { model_external_initializers_file_folder_path: beside } };
  return InferenceSession.create(readFileSync(path), { ...options, extra });
}

type Bits = new (buffer: ArrayBuffer) => Runtime.TypedTensor<Runtime.Tensor.Type>["data"];

/** Number of the schema's element type → the engine's name, and the array that holds it. */
const TYPES: ReadonlyMap<number, readonly [name: Runtime.Tensor.Type, bits: Bits]> = new Map<
  number,
  readonly [Runtime.Tensor.Type, Bits]
>([
  [1, ["float32", Float32Array]],
  [2, ["uint8", Uint8Array]],
  [3, ["int8", Int8Array]],
  [4, ["uint16", Uint16Array]],
  [5, ["int16", Int16Array]],
  [6, ["int32", Int32Array]],
  [7, ["int64", BigInt64Array]],
  [9, ["bool", Uint8Array]],
  [10, ["float16", Uint16Array]],
  [11, ["float64", Float64Array]],
  [12, ["uint32", Uint32Array]],
  [13, ["uint64", BigUint64Array]],
  [21, ["uint4", Uint8Array]],
  [22, ["int4", Uint8Array]],
]);

/** Numbers of the schema's element types that are no numbers of a tensor. */
function typeName(type: number): string {
  if (type === 8) return "strings";
  return type === 0 ? "sequences or optional values" : `elements of type ${type}`;
}

function fed(runtime: typeof Runtime, feed: Tensors): Runtime.InferenceSession.FeedsType {
  return Object.fromEntries(
    Object.entries(feed).map(([name, { type, dims, bytes }]) => {
      const known = TYPES.get(type);
      if (known === undefined) {
        throw new Refusal("error", `input "${name}" takes ${typeName(type)}, which are not passed`);
      }
      const [word, Bits] = known;
      try {
        const data = new Bits(Uint8Array.from(bytes).buffer);
        return [name, new runtime.Tensor(word as "float32", data as Float32Array, dims)];
      } catch (error) {
        throw new Refusal("error", error);
      }
    }),
  );
}

/** Copies of results, which the engine may use again. */
export function taken(results: Runtime.InferenceSession.ReturnType): Tensors {
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, hostTensor(name, tensor)]),
  );
}

function hostTensor(name: string, tensor: Runtime.Tensor): HostTensor {
  const found = [...TYPES].find(([, [word]]) => word === tensor.type);
  const { data, dims } = tensor;
  if (found === undefined || !ArrayBuffer.isView(data)) {
    throw new Refusal("error", `output "${name}" is of ${tensor.type}, which is not passed`);
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
  return { type: found[0], dims, bytes };
}
