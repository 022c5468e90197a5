/** What changed between measurements that were made at different times. */
import { grouped } from "../../measure/grouped.ts";
import type { Kept } from "./history.ts";
import type { Measurement } from "./measurement.ts";

export type Verdict = "faster" | "slower" | "same";

export interface Change {
  readonly before: Kept;
  readonly after: Kept;
  /** before / after, of the middle. */
  readonly ratio: number;
  /** "cpu" where one of them was disturbed: processor time then says more. */
  readonly clock: "wall" | "cpu";
  readonly verdict: Verdict;
  /** What the two measurements are not alike in: "engine: onnxruntime-node 1.29.0, onnxruntime-node 1.30.0". */
  readonly differs: readonly string[];
}

/** What may not be alike, as words of it. */
const CONDITIONS: readonly (readonly [what: string, of: (measurement: Measurement) => string])[] = [
  ["model", ({ model }) => model.name],
  ["file", ({ model }) => model.sha256.slice(0, 12)],
  ["sizes", ({ model }) => sizesText(model.sizes)],
  ["engine", ({ engine }) => engine],
  ["provider", ({ session }) => session.provider],
  ["threads", ({ session }) => String(session.threads)],
  ["machine", ({ machine }) => `${machine.cores} × ${machine.processor}`],
];

function sizesText(sizes: Measurement["model"]["sizes"]): string {
  return Object.entries(sizes)
    .map(([name, size]) => `${name}=${size}`)
    .join(" ");
}

function differences(before: Measurement, after: Measurement): readonly string[] {
  return CONDITIONS.flatMap(([what, of]) =>
    of(before) === of(after) ? [] : `${what}: ${of(before)}, ${of(after)}`,
  );
}

/** Changes below are not claimed, as between models that take turns. */
const CHANGE_MIN = 0.03;

/** Of all pairs of measurements of one model, those that may be told apart. */
const CHANCE_MAX = 0.05;

/**
 * Faster or slower where every process of one was so against every process of the other, by more than 3 %: by
 * chance, with five against five, in one of 126 pairs. Fewer than four against four say nothing.
 *
 * Source: Mann and Whitney 1947, "On a test of whether one of two random variables is stochastically larger",
 * table of n = m = 5, U = 0, two-sided
 */
export function change(before: Kept, after: Kept): Change {
  const isDisturbed = [before, after].some(({ measurement }) => measurement.doubts.length > 0);
  const clock = isDisturbed ? "cpu" : "wall";
  const was = times(before.measurement, clock);
  const is = times(after.measurement, clock);
  const middle = ({ measurement }: Kept) =>
    clock === "cpu" ? measurement.latency.cpu : measurement.latency.median;
  const isSure = chance(was.length, is.length) <= CHANCE_MAX;
  const isFaster = isSure && Math.min(...was) > (1 + CHANGE_MIN) * Math.max(...is);
  const isSlower = isSure && Math.min(...is) > (1 + CHANGE_MIN) * Math.max(...was);
  return {
    before,
    after,
    ratio: middle(before) / middle(after),
    clock,
    verdict: isFaster ? "faster" : isSlower ? "slower" : "same",
    differs: differences(before.measurement, after.measurement),
  };
}

/** That all of `count` lie on one side of `others` by chance: of all orders, as many as ways to choose them, two. */
function chance(count: number, others: number): number {
  let orders = 1;
  for (let each = 1; each <= count; each += 1) orders *= (others + each) / each;
  return 2 / orders;
}

function times({ repeats }: Measurement, clock: Change["clock"]): readonly number[] {
  return repeats.map(({ median, cpu }) => (clock === "cpu" ? cpu : median));
}

/** The latest of each model, machine and session, where it is slower than the fastest before it. */
export function regressions(all: readonly Kept[]): readonly Change[] {
  const groups = grouped(all, ({ measurement }) => settingOf(measurement));
  return [...groups.values()].flatMap((group) => {
    const latest = group.at(-1);
    const best = group
      .slice(0, -1)
      .toSorted((a, b) => a.measurement.latency.median - b.measurement.latency.median)[0];
    if (latest === undefined || best === undefined) return [];
    const found = change(best, latest);
    return found.verdict === "slower" ? [found] : [];
  });
}

/** Measurements that are alike in it differ by the model's file and the engine alone. */
function settingOf({ model, machine, session }: Measurement): string {
  const { processor, cores } = machine;
  return JSON.stringify([model.name, model.sizes, processor, cores, session]);
}

const COLUMNS: readonly (readonly [title: string, of: (kept: Kept) => string | number])[] = [
  ["id", ({ id }) => id],
  ["at", ({ measurement }) => measurement.at],
  ["model", ({ measurement }) => measurement.model.name],
  ["sha256", ({ measurement }) => measurement.model.sha256],
  ["processor", ({ measurement }) => measurement.machine.processor],
  ["engine", ({ measurement }) => measurement.engine],
  ["provider", ({ measurement }) => measurement.session.provider],
  ["threads", ({ measurement }) => measurement.session.threads],
  ["p50_s", ({ measurement }) => measurement.latency.median],
  ["p95_s", ({ measurement }) => measurement.latency.p95],
  ["p99_s", ({ measurement }) => measurement.latency.p99],
  ["least_s", ({ measurement }) => measurement.latency.least],
  ["cpu_s", ({ measurement }) => measurement.latency.cpu],
  ["resident_bytes", ({ measurement }) => measurement.latency.bytesResident],
  ["energy_j", ({ measurement }) => measurement.energy ?? ""],
  ["pressure", ({ measurement }) => measurement.pressure ?? ""],
  ["doubts", ({ measurement }) => measurement.doubts.join("; ")],
];

/** Source: RFC 4180 */
export function csvOf(all: readonly Kept[]): string {
  const cell = (value: string | number) =>
    /[",\n]/u.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  const lines = all.map((kept) => COLUMNS.map(([, of]) => cell(of(kept))).join(","));
  return `${[COLUMNS.map(([title]) => title).join(","), ...lines].join("\n")}\n`;
}
