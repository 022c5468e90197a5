/** Decoders that write token by token, each the likeliest next, and take turns under the clock. */
import process from "node:process";
import type * as Runtime from "onnxruntime-node";
import { pairedRatio, sampleMedian } from "../../core/optimise/index.ts";
import { opened, Refusal, type Engine } from "./_engine.ts";
import type { DecodeTask, Decoding, JobDecoder } from "./_job.ts";
import { pressureWatch } from "./_pressure.ts";
import { timing, type Run } from "./_turns.ts";

type Values = Record<string, Runtime.Tensor>;

/** Turns that are taken even where the budget is over. */
const TURNS_MIN = 3;

/** Warms up by one turn each; then turns are mirrored (A B C C B A), C being a second A. */
export async function decoded(engine: Engine, task: DecodeTask): Promise<Decoding> {
  const writers = [
    await Greedy.open(engine, task, task.before),
    await Greedy.open(engine, task, task.after),
    await Greedy.open(engine, task, task.before),
  ] as const;
  const texts: (readonly number[])[] = [];
  for (const writer of writers) texts.push((await writer.text(task.steps)).tokens);
  const [before = [], after = []] = texts;
  const pressure = pressureWatch();
  const end = performance.now() + task.budget * 1e3;
  const runs: [Run[], Run[], Run[]] = [[], [], []];
  const middles: [Run, Run, Run][] = [];
  while (middles.length < TURNS_MIN * 2 || performance.now() < end) {
    const order = middles.length % 2 === 0 ? ([0, 1, 2] as const) : ([2, 1, 0] as const);
    const turn: [Run, Run, Run] = [NONE, NONE, NONE];
    for (const which of order) {
      const { steps } = await writers[which].text(task.steps);
      runs[which].push(...steps);
      turn[which] = middle(steps);
    }
    middles.push(turn);
  }
  const ratio = (other: 1 | 2, clock: keyof Run) =>
    pairedRatio(middles.map((turn) => [[turn[0][clock], turn[other][clock]] as const]));
  return {
    comparison: {
      before: timing(runs[0]),
      after: timing(runs[1]),
      ratio: ratio(1, "wall"),
      cpuRatio: ratio(1, "cpu"),
      control: ratio(2, "wall"),
      cpuControl: ratio(2, "cpu"),
      blocks: middles.length,
      pressure: pressure(),
    },
    before,
    after,
  };
}

const NONE: Run = { wall: 0, cpu: 0 };

function middle(steps: readonly Run[]): Run {
  return {
    wall: sampleMedian(steps.map(({ wall }) => wall)),
    cpu: sampleMedian(steps.map(({ cpu }) => cpu)),
  };
}

/** One decoder that has read the prompt, and can write what follows again and again. */
class Greedy {
  readonly #runtime: typeof Runtime;
  readonly #session: Runtime.InferenceSession;
  readonly #of: JobDecoder;
  readonly #promptLength: number;
  /** The cache after the prompt; in place, tokens written later stand behind and are written over. */
  #read: Values = {};
  #first = 0;

  private constructor(
    runtime: typeof Runtime,
    session: Runtime.InferenceSession,
    of: JobDecoder,
    promptLength: number,
  ) {
    this.#runtime = runtime;
    this.#session = session;
    this.#of = of;
    this.#promptLength = promptLength;
  }

  static async open(engine: Engine, task: DecodeTask, of: JobDecoder): Promise<Greedy> {
    const { session } = await opened(engine, { file: of.file, session: of.session, feeds: [] });
    const writer = new Greedy(engine.runtime, session, of, task.prompt.length);
    const empty = writer.#empty(of.fresh !== null ? task.prompt.length + task.steps : 0);
    const { cache, token } = await writer.#step(task.prompt, 0, empty);
    writer.#read = cache;
    writer.#first = token;
    return writer;
  }

  /** Writes `count` tokens behind the prompt; the processor's clock ticks too rarely for one, so all have a share. */
  async text(count: number): Promise<{ readonly tokens: number[]; readonly steps: Run[] }> {
    const tokens = [this.#first];
    const walls: number[] = [];
    let cache = this.#read;
    const started = process.cpuUsage();
    while (tokens.length < count) {
      const before = this.#promptLength + tokens.length - 1;
      const step = await this.#step(tokens.slice(-1), before, cache);
      tokens.push(step.token);
      walls.push(step.wall);
      cache = step.cache;
    }
    const { user, system } = process.cpuUsage(started);
    const cpu = (user + system) / 1e6 / walls.length;
    return { tokens, steps: walls.map((wall) => ({ wall, cpu })) };
  }

  async #step(
    tokens: readonly number[],
    before: number,
    cache: Values,
  ): Promise<{ readonly token: number; readonly cache: Values; readonly wall: number }> {
    const { decoder, fresh } = this.#of;
    const feeds: Values = { ...cache, [decoder.tokens]: this.#wholes(tokens) };
    feeds[decoder.mask] = this.#wholes(Array.from({ length: before + tokens.length }, () => 1));
    if (decoder.places !== null) {
      feeds[decoder.places] = this.#wholes(tokens.map((_, place) => before + place));
    }
    const asked =
      fresh === null ? decoder.tensors.map(({ present }) => present) : Object.values(fresh);
    const fetches = Object.fromEntries([decoder.scores, ...asked].map((name) => [name, null]));
    const start = performance.now();
    const results = await this.#session
      .run(feeds, fetches)
      .catch((error: unknown) => Promise.reject(new Refusal("error", error)));
    for (const [past, name] of Object.entries(fresh ?? {})) {
      append(cache[past], before, results[name]);
    }
    const wall = (performance.now() - start) / 1e3;
    const grown = ({ past, present }: (typeof decoder.tensors)[number]) =>
      [past, fresh === null ? results[present] : cache[past]] as const;
    const next = decoder.tensors.map((each) => grown(each)).filter(([, tensor]) => tensor);
    return {
      token: likeliest(results[decoder.scores]),
      cache: Object.fromEntries(next) as Values,
      wall,
    };
  }

  #empty(length: number): Values {
    const { tensors, heads, head } = this.#of.decoder;
    const make = () =>
      new this.#runtime.Tensor("float32", new Float32Array(heads * length * head), [
        1,
        heads,
        length,
        head,
      ]);
    return Object.fromEntries(tensors.map(({ past }) => [past, make()]));
  }

  #wholes(list: readonly number[]): Runtime.Tensor {
    return new this.#runtime.Tensor("int64", BigInt64Array.from(list, BigInt), [1, list.length]);
  }
}

/** Puts new rows [1, tokens, heads * head] behind the first `before` tokens of a cache [1, heads, tokens, head]. */
function append(
  cache: Runtime.Tensor | undefined,
  before: number,
  rows: Runtime.Tensor | undefined,
): void {
  if (!(cache?.data instanceof Float32Array && rows?.data instanceof Float32Array)) {
    throw new Refusal("error", "keys and values are expected as 32-bit floats");
  }
  const [, heads = 0, length = 0, head = 0] = cache.dims;
  const count = rows.dims[1] ?? 0;
  for (let token = 0; token < count; token += 1) {
    for (let each = 0; each < heads; each += 1) {
      const from = (token * heads + each) * head;
      cache.data.set(
        rows.data.subarray(from, from + head),
        (each * length + before + token) * head,
      );
    }
  }
}

/** The word of the largest score behind the last token. */
function likeliest(scores: Runtime.Tensor | undefined): number {
  if (!(scores?.data instanceof Float32Array)) {
    throw new Refusal("error", "scores of words are expected as 32-bit floats");
  }
  const words = scores.dims.at(-1) ?? 0;
  const last = scores.data.subarray(scores.data.length - words);
  let best = 0;
  for (let word = 0; word < words; word += 1)
    if ((last[word] ?? 0) > (last[best] ?? 0)) best = word;
  return best;
}
