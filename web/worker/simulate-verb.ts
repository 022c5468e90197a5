/** A placement under traffic: first one run with its course, then others that say how sure it is. */
import {
  beyondContext,
  deviceCount,
  doubted,
  energyMeter,
  findDevice,
  fleetOf,
  lengthLaw,
  numerics,
  offersFor,
  placementDevices,
  prepare,
  requestTimes,
  runCount,
  scaledFleet,
  series,
  simulate,
  SINGLE_DEVICE,
  splitProblem,
  systemFor,
  usualOffer,
  type Arrivals,
  type Device,
  type Engine,
  type Fleet,
  type Infeasible,
  type MetricIntervals,
  type Metrics,
  type Numerics,
  type Observer,
  type Prepared,
  type RequestLimits,
  type RequestTimes,
  type Series,
  type SeriesRow,
  type Traffic,
  type Transformer,
  type Workload,
} from "../../core/index.ts";
import { currentCatalogue } from "./current-catalogue.ts";
import { enginesFor } from "./engines.ts";
import type { Parts } from "./messages.ts";
import { modelOf, type ModelChoice } from "./models.ts";
import { accepted, Refusal } from "./refusal.ts";
import { workloadNamed } from "./workloads.ts";

export interface SimulateQuestion {
  readonly model: ModelChoice;
  readonly device: string;
  readonly engine: string;
  /** Number formats; those of the checkpoint where empty. */
  readonly format: string;
  readonly tensor: number;
  readonly replicas: number;
  readonly workload: string;
  readonly arrivals: Arrivals;
  readonly requests: number;
  /** Requests that are left out at the start. */
  readonly warmup: number;
  readonly seed: number;
  readonly seeds: number;
  readonly limits: RequestLimits;
}

/** Shares of the requests and the time that they were served within. */
export type Curve = readonly (readonly [share: number, time: number])[];

export interface SimulateView {
  readonly title: string;
  readonly devices: number;
  /** Why nothing was run. */
  readonly infeasible: Infeasible | null;
  /** Runs done, the one under way as a share, of all. */
  readonly done: number;
  readonly runs: number;
  readonly first: FirstRun | null;
  readonly intervals: MetricIntervals | null;
  readonly assumptions: readonly string[];
}

export interface FirstRun {
  readonly metrics: Metrics;
  readonly curves: Readonly<Record<keyof RequestTimes, Curve>>;
  readonly series: readonly SeriesRow[];
  readonly power: number;
}

/** `tell` shows what is there so far, from within a run, which does not stop to yield. */
export async function* simulateAnswer(
  question: SimulateQuestion,
  tell: (view: SimulateView) => void,
): Parts<SimulateView> {
  const { prepared, fleet, workload } = await servedBy(question);
  const blank: SimulateView = {
    title: "",
    devices: 0,
    infeasible: null,
    done: 0,
    runs: runCount(question.seeds),
    first: null,
    intervals: null,
    assumptions: [],
  };
  if ("reason" in prepared) return yield { ...blank, infeasible: prepared };
  const view = { ...blank, ...titled(prepared), assumptions: prepared.assumptions };
  const problem = beyondContext(prepared.model, workload);
  if (problem !== null) return yield { ...view, infeasible: problem };
  if (fleet === null || "reason" in fleet) return yield { ...view, infeasible: fleet };
  yield view;
  yield simulated(
    { question, prepared, fleet, traffic: trafficOf(question, workload) },
    view,
    tell,
  );
}

interface Asked {
  readonly question: SimulateQuestion;
  readonly prepared: Prepared;
  readonly fleet: Fleet;
  readonly traffic: Traffic;
}

function simulated(
  { question, prepared, fleet, traffic }: Asked,
  view: SimulateView,
  tell: (view: SimulateView) => void,
): SimulateView {
  const { seed, seeds, limits } = question;
  const over = series(fleet);
  const meter = energyMeter(prepared);
  const times = timesSeen(fleet, traffic.warmup);
  let now = view;
  const { metrics, intervals } = doubted(
    (variant) => {
      const done = Math.floor(now.done);
      const counting = counted(traffic.requests, (share) => tell({ ...now, done: done + share }));
      const watching = done === 0 ? [over.observer, meter.observer, times.observer] : [];
      const scaled = scaledFleet(fleet, variant.factor);
      const observers = [...watching, counting];
      const ran = simulate({ ...scaled, limits, observers, seed: variant.seed, traffic });
      const first = now.first ?? {
        metrics: ran,
        curves: times.curves(),
        series: courseOf(over, fleet, meter.powerAt),
        power: meter.power(),
      };
      now = { ...now, done: done + 1, first };
      tell(now);
      return ran;
    },
    { seed, seeds, prepared },
  );
  return { ...now, done: view.runs, first: now.first && { ...now.first, metrics }, intervals };
}

function courseOf(
  over: Series,
  fleet: Fleet,
  powerAt: (time: number) => number | null,
): readonly SeriesRow[] {
  return over.rows({ lanes: fleet.lanes, cacheTokens: fleet.policy.cacheTokens, powerAt });
}

interface Served {
  readonly prepared: Prepared | Infeasible;
  readonly fleet: Fleet | Infeasible | null;
  readonly workload: Workload;
}

async function servedBy(question: SimulateQuestion): Promise<Served> {
  const workload = workloadNamed(question.workload);
  const model = await modelOf(question.model);
  if (model.kind !== "transformer") {
    throw new Refusal({ path: "model", expected: "a transformer", got: model.name });
  }
  const device = accepted(findDevice(currentCatalogue(), question.device));
  const parallel = { ...SINGLE_DEVICE, tensor: question.tensor };
  const problem = splitProblem(model, parallel);
  if (problem !== null) {
    throw new Refusal({ path: "tp", expected: problem.message, got: String(question.tensor) });
  }
  const together = deviceCount(parallel);
  const devices = together * question.replicas;
  const offer = usualOffer(offersFor(currentCatalogue(), device.id), { devices, together });
  const prepared = prepare({
    model,
    system: systemFor(currentCatalogue(), device, offer === undefined ? {} : { offer }),
    placement: {
      parallel,
      replicas: question.replicas,
      numerics: formatOf(model, question.format),
      engine: engineNamed(question.engine, device),
    },
  });
  return { prepared, fleet: "reason" in prepared ? null : fleetOf(prepared), workload };
}

function formatOf(model: Transformer, name: string): Numerics {
  return name === "" ? model.numerics : accepted(numerics(name));
}

function engineNamed(name: string, device: Device): Engine {
  const usable = enginesFor(device);
  const engine = usable.find(({ id }) => id === name);
  if (engine !== undefined) return engine;
  const expected =
    usable.length === 0
      ? `a device that a serving engine runs on, not ${device.name}`
      : `one of ${usable.map(({ id }) => id).join(", ")}`;
  throw new Refusal({ path: "engine", expected, got: name });
}

function titled({ model, system, placement }: Prepared): Pick<SimulateView, "title" | "devices"> {
  const { numerics: format, engine } = placement;
  const devices = placementDevices(placement);
  const title = `${model.name} (${format.name}), ${devices} × ${system.device.name}, ${engine.name}`;
  return { title, devices };
}

function trafficOf(question: SimulateQuestion, { input, output, cached }: Workload): Traffic {
  const { arrivals, requests, warmup } = question;
  return {
    arrivals,
    input: lengthLaw(input),
    output: lengthLaw(output),
    cached,
    requests,
    warmup,
  };
}

/** Requests between two looks at the clock. */
const LOOK_EVERY = 32;
const TELL_AFTER = 100;

function counted(requests: number, reach: (share: number) => void): Observer {
  let toldAt = performance.now();
  return {
    arrived: ({ id }) => {
      if (id % LOOK_EVERY !== 0 || performance.now() - toldAt < TELL_AFTER) return;
      toldAt = performance.now();
      reach(id / requests);
    },
  };
}

const NAMES = ["ttft", "tpot", "latency"] as const;
/** Where the curve of a distribution is drawn: closer towards its tail. */
const SHARES = [
  ...Array.from({ length: 99 }, (_, index) => (index + 1) / 100),
  0.992,
  0.994,
  0.996,
  0.998,
  0.999,
];

function timesSeen(
  fleet: Fleet,
  warmup: number,
): { readonly observer: Observer; readonly curves: () => FirstRun["curves"] } {
  const seen: Record<keyof RequestTimes, number[]> = { ttft: [], tpot: [], latency: [] };
  const curve = (name: keyof RequestTimes): Curve => {
    const sorted = seen[name].toSorted((a, b) => a - b);
    return SHARES.flatMap((share) => {
      const time = sorted[Math.floor(share * (sorted.length - 1))];
      return time === undefined ? [] : [[share, time] as const];
    });
  };
  return {
    observer: {
      ended: (job, now) => {
        if (job.id < warmup) return;
        const times = requestTimes(job, now, fleet);
        for (const name of NAMES) seen[name].push(times[name]);
      },
    },
    curves: () => ({ ttft: curve("ttft"), tpot: curve("tpot"), latency: curve("latency") }),
  };
}
