/** A machine that answers from a table, and makers whose models are single letters: for tests. */
import { graph, node, value } from "../../model/onnx/_fake-models.ts";
import { normal, random } from "../../random.ts";
import { ok, refuse, type Result } from "../../result.ts";
import { floatsTensor, numbersOf } from "../guard/index.ts";
import type { Comparison, Outcome, Ratio, Runner, Subject, Tensors, Timing } from "../runner.ts";
import type { Ask } from "./ask.ts";
import type { Made, Makers } from "./makers.ts";

/** How a model behaves. */
export interface Behaviour {
  /** Seconds of a run. */
  readonly time: number;
  /** On several threads, where a comparison is asked for there; as on one unless said. */
  readonly wide?: number;
  /** Decibels of its outputs; equal where absent. */
  readonly decibels?: number;
  readonly fails?: "crashed" | "timeout" | "memory" | "invalid";
  readonly bytes?: number;
  /** Of an item, where a counter tells. */
  readonly joules?: number;
  readonly isNoisy?: boolean;
}

export type Behaviours = Readonly<Record<string, Behaviour>>;

/** `name` as the bytes of a model, the same object each time. */
const files = new Map<string, Uint8Array>();
export function modelNamed(name: string, bytes = 100): Uint8Array {
  const known = files.get(`${name}/${bytes}`);
  if (known !== undefined) return known;
  const made = new Uint8Array(bytes);
  made.set(Array.from(name, (letter) => letter.codePointAt(0) ?? 0));
  files.set(`${name}/${bytes}`, made);
  return made;
}

export function nameOf(model: Uint8Array): string {
  return String.fromCodePoint(...model.subarray(0, model.indexOf(0)));
}

const SIZE = 64;

/** The same for the same sample, whose first number tells it from others. */
function outputsOf(behaviour: Behaviour, { x }: Tensors): Tensors {
  const draw = random(1 + (x === undefined ? 0 : (numbersOf(x)?.[0] ?? 0)));
  const other = random(99);
  const error = behaviour.decibels === undefined ? 0 : 10 ** (-behaviour.decibels / 20);
  const values = Float32Array.from({ length: SIZE }, () => normal(draw) + error * normal(other));
  return { y: floatsTensor([1, SIZE], values) };
}

/** Seconds that pass while the machine works: `of` a second of the table. */
export interface FakeClock {
  now: number;
  readonly of: number;
}

/** Of a process and its session, in the seconds of a table. */
const LOAD = 0.3;

export function fakeRunner(
  table: Behaviours,
  clock: FakeClock = { now: 0, of: 0 },
): Runner & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const passed = (sessions: number, runs: number, { time }: Behaviour, least = 0) => {
    clock.now += Math.max(least, clock.of * (sessions * LOAD + runs * time));
  };
  const behaviourOf = ({ model }: Pick<Subject, "model">) => {
    const behaviour = table[nameOf(model)];
    if (behaviour === undefined) throw new TypeError(`no behaviour of "${nameOf(model)}"`);
    return behaviour;
  };
  const answered = <T>(behaviour: Behaviour, answer: () => T): Outcome<T> =>
    behaviour.fails === undefined
      ? { kind: "done", value: answer() }
      : { kind: "failed", reason: behaviour.fails, message: "so the table says" };
  return {
    asked,
    outputs: async (model, feeds) => {
      asked.push(`outputs ${nameOf(model)}`);
      const behaviour = behaviourOf({ model });
      passed(1, feeds.length, behaviour);
      return answered(behaviour, () => feeds.map((feed) => outputsOf(behaviour, feed)));
    },
    compare: async (before, after, budget) => {
      asked.push(`compare ${nameOf(before.model)} ${nameOf(after.model)}`);
      const behaviour = behaviourOf(after);
      passed(3, 11, behaviourOf(before), clock.of === 0 ? 0 : budget);
      const seen = (each: Behaviour) =>
        after.session.threads === 1 ? each : { ...each, time: each.wide ?? each.time };
      return answered(behaviour, () => comparison(seen(behaviourOf(before)), seen(behaviour)));
    },
    throughput: async (subject, instances, budget) => {
      const behaviour = behaviourOf(subject);
      passed(1, budget === 0 ? 1 : 2, behaviour, clock.of === 0 ? 0 : budget);
      const items = subject.items ?? 1;
      const { threads } = subject.session;
      const seconds = (behaviour.time * items) / threads ** 0.5;
      return answered(behaviour, () => ({
        itemsPerSecond: (instances * items) / seconds,
        timing: timing(seconds),
        ...(behaviour.joules === undefined ? {} : { energy: behaviour.joules }),
      }));
    },
    profile: async (subject) => {
      passed(2, 4, behaviourOf(subject));
      const operators = [
        { name: "a", operator: "Conv", time: 0.99, inputs: [], outputs: [] },
        { name: "b", operator: "Gemm", time: 0.01, inputs: [], outputs: [] },
      ];
      return { kind: "done", value: { operators, total: 1 } };
    },
  };
}

function comparison(before: Behaviour, after: Behaviour): Comparison {
  const middle = before.time / after.time;
  const width = before.isNoisy === true || after.isNoisy === true ? 0.3 : 0.01;
  const around = (value: number): Ratio => ({
    lower: value * (1 - width),
    middle: value,
    upper: value * (1 + width),
  });
  return {
    before: timing(before.time),
    after: timing(after.time),
    ratio: around(middle),
    cpuRatio: around(middle),
    control: around(1),
    cpuControl: around(1),
    blocks: 20,
    pressure: 0,
  };
}

function timing(seconds: number): Timing {
  const times = { median: seconds, p95: seconds, p99: seconds, least: seconds, cpu: seconds };
  return { ...times, runs: 20, bytesResident: 1e6 * seconds };
}

/** What each way of making a model comes to, by the name of the model it starts from and of the way. */
export interface Ways {
  /** By the rewrites left out, in order and between commas: "" is none. */
  readonly forms: Readonly<Record<string, string>>;
  /** Operators that every form takes out, by rewrite. */
  readonly rewrites: Readonly<Record<string, string>>;
  readonly recipes: Readonly<Record<string, string>>;
  /** Recipes for when the guard refuses those. */
  readonly milder?: Readonly<Record<string, string>>;
  /** Operators that a recipe takes out; "Conv" unless said. */
  readonly touches?: Readonly<Record<string, string>>;
}

export function fakeMakers({ forms, rewrites, recipes, milder = {}, touches = {} }: Ways): Makers {
  const edit = (rewrite: string, operator: string) => ({
    rewrite,
    why: `because of ${rewrite}`,
    origins: [],
    removed: [operator],
    added: [],
  });
  const made = (name: string | undefined, edits: Made["edits"]): Result<Made> =>
    name === undefined
      ? refuse(["recipe"], "a way in the table", "none")
      : ok({ model: modelNamed(name), edits });
  return {
    hash: nameOf,
    restoring: new Set(["unrounding"]),
    rewritten: async (_, skip) => {
      const left = Object.entries(rewrites).filter(([name]) => !skip.includes(name));
      return made(
        forms[skip.join()],
        left.map(([name, operator]) => edit(name, operator)),
      );
    },
    recipes: async () => Object.keys(recipes).map((name) => ({ name, recipe: { name } })),
    quantised: async (_, { name }) =>
      made(recipes[name] ?? milder[name], [edit(`quantise ${name}`, touches[name] ?? "Conv")]),
    gentler: () =>
      Object.keys(milder).map(
        (name) => async (goes) => (goes() ? { name, recipe: { name } } : null),
      ),
  };
}

/** A question about the model "shipped" with everything a table does not say at rest. */
export function fakeAsk(
  table: Behaviours,
  ways: Ways,
  more: Partial<Ask> & { readonly clock?: FakeClock } = {},
): Ask {
  const { clock = { now: 0, of: 0 } } = more;
  return {
    model: modelNamed("shipped"),
    graph: graph({
      input: [value("x", ["batch", 3])],
      node: [node("Conv", "x", "a"), node("Gemm", "a", "b"), node("Relu", "b", "y")],
    }),
    samples: Array.from({ length: 8 }, (_, index) => ({
      x: floatsTensor([1, 3], Float32Array.of(index, 0, 0)),
    })),
    isGenerated: true,
    runner: fakeRunner(table, clock),
    makers: fakeMakers(ways),
    session: { threads: 1, provider: "cpu", optimises: true },
    cores: 2,
    objective: "latency",
    budget: 60,
    now: () => clock.now,
    note: () => {},
    ...more,
  };
}
