/** Where the time of a run goes, by the engine's own profile. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sampleMedian, type OperatorTime, type Profile } from "../../core/optimise/index.ts";
import { opened, Refusal, type Engine } from "./_engine.ts";
import type { JobSubject } from "./_job.ts";
import { slot, warmed } from "./_turns.ts";

/** Seconds of warming up and of counted runs, and the least of the latter. */
const WARM = 0.5;
const COUNTED = 1;
const RUNS_MIN = 3;
const RUNS_MAX = 50;
/** Runs longer than this are counted twice, after one. */
const LONG = 1;
const RUNS_LONG = 2;

export async function profiled(engine: Engine, subject: JobSubject): Promise<Profile> {
  if (engine.isWeb) throw new Refusal("error", "onnxruntime-web keeps no profile");
  const warm = await opened(engine, subject);
  const time = await warmed(warm, WARM);
  await warm.session.release();
  const prefix = "profile";
  const options = { enableProfiling: true, profileFilePrefix: join(engine.folder, prefix) };
  const session = await opened(engine, subject, options);
  const isLong = time > LONG;
  const least = isLong ? RUNS_LONG : RUNS_MIN;
  const counted = Math.min(RUNS_MAX, Math.max(least, Math.round(COUNTED / time)));
  // The first runs of a session find nothing in the caches.
  const skipped = isLong ? 1 : RUNS_MIN;
  await slot(session, 0, skipped + counted);
  session.session.endProfiling();
  const file = readdirSync(engine.folder).find((name) => name.startsWith(`${prefix}_`)) ?? "";
  const events = JSON.parse(readFileSync(join(engine.folder, file), "utf8")) as readonly Event[];
  return profileOf(events, skipped);
}

/** Source: microsoft/onnxruntime, onnxruntime/core/common/profiler.cc: Chrome's trace format, in microseconds. */
interface Event {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: {
    readonly op_name?: string;
    readonly node_index?: string;
    readonly activation_size?: string;
    readonly parameter_size?: string;
    readonly output_size?: string;
    readonly input_type_shape?: Shapes;
    readonly output_type_shape?: Shapes;
  };
}

type Shapes = readonly Readonly<Record<string, readonly number[]>>[];

const MICRO = 1e-6;
const KERNEL = "_kernel_time";

/** Medians of runs but the first `skipped`. */
export function profileOf(events: readonly Event[], skipped: number): Profile {
  const runs = events
    .filter(({ name }) => name === "model_run")
    .toSorted((a, b) => a.ts - b.ts)
    .slice(skipped);
  const kernels = events
    .filter(({ cat, name }) => cat === "Node" && name.endsWith(KERNEL))
    .toSorted((a, b) => a.ts - b.ts || b.dur - a.dur);
  const operators = new Map<string, { readonly event: Event; readonly times: number[] }>();
  for (const [index, run] of runs.entries()) {
    const inside = kernels.filter(({ ts }) => ts >= run.ts && ts < run.ts + run.dur);
    for (const [event, own] of ownTimes(inside)) {
      // Nodes that the engine put in share a name.
      const key = `${event.args?.node_index} ${event.name}`;
      const known = operators.get(key) ?? { event, times: runs.map(() => 0) };
      known.times[index] = (known.times[index] ?? 0) + own * MICRO;
      operators.set(key, known);
    }
  }
  return {
    operators: [...operators.values()].map(({ event, times }) => operatorTime(event, times)),
    total: sampleMedian(runs.map(({ dur }) => dur)) * MICRO,
  };
}

/** Time of each event without that of the events inside it, as of a branch inside an If; `events` by start. */
function ownTimes(events: readonly Event[]): ReadonlyMap<Event, number> {
  const own = new Map<Event, number>();
  const open: Event[] = [];
  for (const event of events) {
    while (open.length > 0 && endOf(open.at(-1)) <= event.ts) open.pop();
    const around = open.at(-1);
    if (around !== undefined) own.set(around, (own.get(around) ?? 0) - event.dur);
    own.set(event, event.dur);
    open.push(event);
  }
  return own;
}

function endOf(event: Event | undefined): number {
  return event === undefined ? 0 : event.ts + event.dur;
}

function operatorTime({ name, args = {} }: Event, times: readonly number[]): OperatorTime {
  const bytes = [args.activation_size, args.parameter_size, args.output_size];
  const sizes = (shapes: Shapes = []) => shapes.flatMap((each) => Object.values(each));
  return {
    name: name.slice(0, -KERNEL.length),
    operator: args.op_name ?? "",
    time: Math.max(0, sampleMedian(times)),
    least: Math.max(0, Math.min(...times)),
    inputs: sizes(args.input_type_shape),
    outputs: sizes(args.output_type_shape),
    bytes: bytes.reduce((sum, size) => sum + Number(size ?? 0), 0),
  };
}
