/** One law fitted on timed kernels: a shape for all devices, a reach for each. */
import { assert } from "../assert.ts";
import {
  fittedFigures,
  machine,
  operatorTime,
  type LawName,
  type Reach,
  type Target,
} from "../estimate/laws/index.ts";
import { leastSquares, type Residuals } from "./_least-squares.ts";
import { startOf } from "./_start.ts";
import type { Sample } from "./sample.ts";

export interface FittedLaw {
  readonly shape: Readonly<Record<string, number>>;
  readonly devices: Readonly<Record<string, Reach>>;
}

const ITERATIONS = 20;
/** Weight of a log distance of a shape number from its start, in residuals. */
const SHAPE_HELD = 0.3;

/** `samples`, all of one law, by device id, fitted together. */
export function fitLaw(law: LawName, samples: ReadonlyMap<string, readonly Sample[]>): FittedLaw {
  const { shape, reach, held } = startOf(law);
  const keys = Object.keys(shape);
  const groups = [...samples.values()].map((mine) => ({
    own: encodedReach(reach),
    residuals: residualsOf(law, mine, keys),
  }));
  const solution = leastSquares({
    shared: keys.map((key) => encoded(key, shape[key] as number)),
    groups,
    sharedWeights: keys.map(() => SHAPE_HELD),
    ownWeights: [held.overhead, held.compute, held.memory],
    iterations: ITERATIONS,
  });
  const ids = [...samples.keys()];
  return {
    shape: decodedShape(keys, solution.shared),
    devices: Object.fromEntries(
      ids.map((id, index) => [id, decodedReach(solution.own[index] as readonly number[])]),
    ),
  };
}

/** Logarithms of predicted over measured time. */
export function logResiduals(
  law: LawName,
  samples: readonly Sample[],
  shape: FittedLaw["shape"],
  reach: Reach,
): Float64Array {
  const first = samples[0];
  if (first === undefined) return new Float64Array(0);
  const replayed = benchTarget(law, first, shape, reach);
  const launched = { ...replayed, graphs: false };
  return Float64Array.from(samples, ({ operator, time, graphs }) =>
    Math.log(operatorTime(operator, graphs ? replayed : launched).time / time),
  );
}

function residualsOf(law: LawName, samples: readonly Sample[], keys: readonly string[]): Residuals {
  return (shared, own) =>
    logResiduals(law, samples, decodedShape(keys, shared), decodedReach(own)).map(bounded);
}

/** Log error beyond which a row pulls by its size, not by the square of it. */
const OUTLYING = 0.5;

/**
 * A residual whose square is the pseudo-Huber loss: tables hold rows that were timed otherwise than the rest
 * (GB200's exchanges of two ranks take 2.4 times as long), and squares of theirs bend the law of all devices.
 *
 * Source: Charbonnier et al. 1997, "Deterministic Edge-Preserving Regularization"
 */
function bounded(residual: number): number {
  const root = Math.sqrt(1 + (residual / OUTLYING) ** 2);
  return Math.sign(residual) * OUTLYING * Math.sqrt(2 * (root - 1));
}

/** The device as a kernel benchmark sees it: one host, buffers used again and again. */
function benchTarget(
  law: LawName,
  { device, host, older }: Sample,
  shape: FittedLaw["shape"],
  reach: Reach,
): Target {
  const figures = fittedFigures(device);
  assert(figures !== null, `"${device.name}" was measured but lacks a rate or a bandwidth`);
  const tuned = { ...reach, shape, basis: "calibrated", spread: NO_SPREAD };
  return {
    ...machine(device, figures),
    device,
    perHost: Infinity,
    network: 1,
    graphs: true,
    peers: host.peers,
    launch: { host: host.launch, older },
    repeated: true,
    laws: { [law]: tuned } as unknown as Target["laws"],
  };
}

const NO_SPREAD = { short: 0, middle: 0, long: 0 };

/** Exponents that may be negative are fitted as they are, everything else on its logarithm. */
const SIGNED: ReadonlySet<string> = new Set(["step", "crowd"]);

function encoded(key: string, value: number): number {
  return SIGNED.has(key) ? value : Math.log(value);
}

function decodedShape(keys: readonly string[], values: readonly number[]): FittedLaw["shape"] {
  return Object.fromEntries(
    keys.map((key, index) => {
      const value = values[index] as number;
      return [key, SIGNED.has(key) ? value : Math.exp(value)];
    }),
  );
}

function encodedReach({ overhead, compute, memory }: Reach): number[] {
  return [Math.log(overhead), Math.log(compute), Math.log(memory)];
}

function decodedReach(values: readonly number[]): Reach {
  const [overhead, compute, memory] = values.map(Math.exp) as [number, number, number];
  return { overhead, compute, memory };
}
