/** How fast decoders write text: as exported, and with a cache that stays in place where they may have one. */
import { totalmem } from "node:os";
import { assert } from "../../core/assert.ts";
import {
  freshOutputs,
  type Decoder,
  type FreshOutputs,
  type Outcome,
  type Runner,
  type Session,
  type Subject,
} from "../../core/optimise/index.ts";
import { confined } from "./_confined.ts";
import type { Decoding, DecodeTask } from "./_job.ts";
import { enginePath } from "./engine-path.ts";

export interface Writer {
  readonly model: Uint8Array;
  readonly session: Session;
  readonly decoder: Decoder;
}

const SCRIPT = new URL(
  import.meta.url.endsWith(".ts") ? "./child.ts" : "../onnx/child.js",
  import.meta.url,
);

/** Seconds beyond the budget: loading, reading the prompt, warming up. */
const PATIENCE = 600;
const MEMORY_SHARE = 0.8;

/**
 * Times a token of `after` against one of `before`: both read `prompt`, then write `steps` tokens, each the likeliest
 * next, turn by turn in one process for about `budget` seconds.
 *
 * Errors: throws where ONNX Runtime is not installed, with what installs it.
 */
export async function compareDecoding(
  before: Writer,
  after: Writer,
  asked: Pick<DecodeTask, "prompt" | "steps" | "budget">,
): Promise<Outcome<Decoding>> {
  const task: DecodeTask = {
    kind: "decode",
    ...asked,
    before: await placed(before, 0),
    after: await placed(after, 1),
  };
  const files = new Map([before, after].map(({ model }, index) => [fileOf(index), model] as const));
  const engine = { url: enginePath("onnxruntime-node"), isWeb: false };
  const [answer] = await confined<Decoding>(
    { script: SCRIPT, job: { task, engine, beside: null }, files, children: 1 },
    {
      time: PATIENCE + 3 * asked.budget,
      bytes: MEMORY_SHARE * totalmem(),
      stop: undefined,
    },
  );
  assert(answer !== undefined, "one child was asked");
  return answer;
}

/** Tokens written in a turn, where candidates are compared. */
const STEPS = 6;

/**
 * A runner whose comparisons are of a token in a loop behind `prompt`: models that may write their cache in place do,
 * others copy it. All else is answered by `runner`.
 */
export function decodingRunner(
  runner: Runner,
  decoder: Decoder,
  prompt: readonly number[],
): Runner {
  const writer = ({ model, session }: Subject): Writer => ({ model, session, decoder });
  return {
    ...runner,
    compare: async (before, after, budget) => {
      const text = { prompt, steps: STEPS, budget };
      const answer = await compareDecoding(writer(before), writer(after), text);
      return answer.kind === "failed" ? answer : { ...answer, value: answer.value.comparison };
    },
  };
}

/** What is known of a model's cache: files are large, and compared again and again. */
const CACHES = new WeakMap<Uint8Array, Promise<FreshOutputs | null>>();

async function placed({ model, ...rest }: Writer, index: number): Promise<DecodeTask["before"]> {
  const known = CACHES.get(model) ?? freshOutputs(model, rest.decoder);
  CACHES.set(model, known);
  return { ...rest, file: fileOf(index), fresh: await known };
}

function fileOf(index: number): string {
  return `model-${index}.onnx`;
}
