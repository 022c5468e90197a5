/**
 * One device in its host, with the coefficients of every law resolved for it.
 *
 * Source: coefficients/laws.json; hosts.ts
 */
import type { Device, Fabric } from "../../catalogue/index.ts";
import { once } from "../../once.ts";
import { PRECISIONS } from "../../precision.ts";
import type { Bytes, BytesPerSecond, Hertz, Tokens } from "../../units.ts";
import { infeasible } from "../infeasible.ts";
import type { Infeasible } from "../types.ts";
import type { Anchor, Host, LawName, Laws, Shapes, Tuned } from "./coefficients.ts";
import { computeFormat, type Format, type Formats, usualFormat, withPeaks } from "./format.ts";
import { HOST_USUAL } from "./hosts.ts";
import { LAW_NAMES } from "./shapes.ts";
import type { Torus } from "./_torus.ts";
import { tune } from "./transfer.ts";

/** What joins the devices of a system, and how kernels are launched. */
export interface Surroundings {
  readonly device: Device;
  /** Devices in one host or scale-up domain. */
  readonly perHost: number;
  /** Scale-out network, one direction, a device. */
  readonly network: BytesPerSecond;
  readonly fabric?: Fabric;
  /**
   * Rate at which devices without links of their own reach each other when all of a host send at once,
   * one direction, a device, where it was measured; that of a usual host if not.
   */
  readonly peerBandwidth?: BytesPerSecond;
  /** Device graphs replayed in decoding (true), or each kernel launched by the host. */
  readonly graphs: boolean;
  /** Of an engine that decodes without matrix units: keys and values a unit and cycle that it attends to. */
  readonly vectorAttention?: number;
  /** Of an engine whose prompts of so many tokens and more attend in a kernel that leaves masked scores out. */
  readonly fusedFrom?: Tokens;
  /**
   * Of an engine without kernels of its own for exchanges there: all-reduces of any size run in the library's rings, whose latency is so many
   * times that of the library that was fitted (NCCL).
   */
  readonly ringed?: number;
}

/** What launching a kernel from the host costs, where no graph is replayed. */
export interface Launch {
  /** Over that of the middle host. */
  readonly host: number;
  /** By an engine of an older release. */
  readonly older: boolean;
}

export type TunedLaws = { readonly [N in LawName]: Tuned<Shapes[N]> };

export interface Target extends Surroundings {
  readonly bandwidth: BytesPerSecond;
  /** Units that tiles are dealt to. */
  readonly units: number;
  readonly clock: Hertz;
  /** Last-level cache; 0 where the source gives none. */
  readonly cache: Bytes;
  readonly formats: Formats;
  readonly laws: TunedLaws;
  /** Between devices of one host, one direction, a device; null where the source gives none. */
  readonly scaleUp: {
    readonly bandwidth: BytesPerSecond;
    readonly linked: boolean;
    readonly pair?: BytesPerSecond;
    readonly torus?: Torus;
  } | null;
  /** Shares of the host link's rate that devices reach among each other, by their number. */
  readonly peers: Host["peers"];
  readonly launch: Launch;
  /** A benchmark that runs one kernel on the same buffers again and again, not a model in service. */
  readonly repeated: boolean;
  /** Parts in which a tensor goes from one operator to the next through the cache; 0 is through memory. */
  readonly slices: number;
}

/**
 * `surroundings` with every law resolved: coefficients of this device where it was fitted, of devices like it otherwise.
 *
 * Errors: "infeasible" for want of figures when the device lists no memory bandwidth or no rate.
 */
export function target(surroundings: Surroundings, laws: Laws): Target | Infeasible {
  const { device } = surroundings;
  const fitted = fittedFigures(device);
  if (fitted === null) {
    const figure = device.memory?.bandwidth === undefined ? "memory bandwidth" : "peak rate";
    return infeasible("figures", `"${device.name}" has no ${figure} in the catalogue`);
  }
  const made = machine(device, fitted);
  const measured = peersMeasured(surroundings);
  return {
    ...surroundings,
    ...made,
    peers: measured ?? HOST_USUAL.peers,
    launch: { host: HOST_USUAL.launch, older: false },
    laws: tunedLaws(laws, device, fitted, measured !== null),
  };
}

function peersMeasured({
  device: { host },
  peerBandwidth,
  perHost,
}: Surroundings): Host["peers"] | null {
  if (peerBandwidth === undefined || host === undefined) return null;
  return [{ ranks: perHost, share: peerBandwidth / host.bandwidth }];
}

const tunedBefore = once((_: Laws) => new WeakMap<Device, TunedLaws>());

/** For a device; a search asks for each of its splits, formats and hosts. */
function tunedOnce(laws: Laws, device: Device, fitted: Anchor): TunedLaws {
  const known = tunedBefore(laws);
  const resolved = (name: LawName) =>
    tune<unknown>(laws.laws[name], laws.anchors, device.id, fitted);
  const tuned = known.get(device) ?? Object.fromEntries(LAW_NAMES.map((n) => [n, resolved(n)]));
  known.set(device, tuned as TunedLaws);
  return tuned as TunedLaws;
}

/** Exchanges through a host that nobody measured are as uncertain as on an unlike machine. */
function tunedLaws(laws: Laws, device: Device, fitted: Anchor, isHostKnown: boolean): TunedLaws {
  const tuned = tunedOnce(laws, device, fitted);
  if (isHostKnown) return tuned;
  const { analytic } = laws.laws["collective/hosted"].spread;
  const hosted = { ...tuned["collective/hosted"], basis: "analytic", spread: analytic } as const;
  return { ...tuned, "collective/hosted": hosted };
}

/** Figures of a device that laws are scaled by, without its coefficients. */
export function machine(
  device: Device,
  { bandwidth, units, clock }: Anchor,
): Omit<Target, "laws" | "peers" | "launch" | keyof Surroundings> {
  const printed = Object.fromEntries(PRECISIONS.map((name) => [name, computeFormat(device, name)]));
  const formats = withPeaks(printed as Formats, (format) => reachedPeak(device, format));
  const { cache = 0, sockets, host } = device;
  const hosted = host === undefined ? null : { bandwidth: host.bandwidth, linked: false };
  const link = device.link ?? sockets;
  const scaleUp = link === undefined ? hosted : { ...link, linked: true };
  return { bandwidth, units, clock, cache, formats, scaleUp, repeated: false, slices: 0 };
}

/**
 * Best products over peak, beside those of the devices that laws were fitted on.
 *
 * Source: stas00/ml-engineering compute/accelerator/README.md, "Maximum Achievable Matmul FLOPS" (H100 0.80, A100
 * 0.87, GH200 0.84, B200 0.78)
 */
const REACHED_FITTED = 0.82;

function reachedPeak({ reached = {}, peak }: Device, { precision, peak: full }: Format): number {
  const format = reached[precision] === undefined ? "bf16" : precision;
  const [best, rate] = [reached[format], peak[format]];
  return best === undefined || rate === undefined ? full : (full * best) / rate / REACHED_FITTED;
}

/** Units of a device whose source gives none: the middle of the data-centre GPUs that were fitted. */
export const UNITS_TYPICAL = 128;
/** Of a unit of data-centre GPUs: H100's do 4096 a cycle, A100's 2048. Arrays are counted in as many. */
const FLOPS_A_CYCLE = 4096;
/** A device of fewer units has whole cores that pipeline many tiles each, and is counted as this many. */
const UNITS_MIN = 16;
/** Clock of a device whose source gives none. */
export const CLOCK_TYPICAL = 1.7e9;

/** Figures coefficients are carried over by; null without a memory bandwidth or a rate. */
export function fittedFigures(device: Device): Anchor | null {
  const bandwidth = device.memory?.bandwidth;
  const peak = usualFormat(device)?.peak;
  if (bandwidth === undefined || peak === undefined) return null;
  const { kind, architecture, clock = CLOCK_TYPICAL } = device;
  const typical = peak / (clock * FLOPS_A_CYCLE);
  const isCounted = device.units !== undefined || device.systolic !== undefined;
  const isArray = isCounted && (kind === "asic" || kind === "tpu");
  const units = isArray ? Math.max(device.units ?? 1, typical) : (device.units ?? UNITS_TYPICAL);
  const figures = { kind, peak, bandwidth, units: Math.max(units, UNITS_MIN), clock };
  return architecture === undefined ? figures : { ...figures, architecture };
}
