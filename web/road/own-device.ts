/** A machine measured in a browser, and the file of it that `--catalogue` takes: one device, each figure measured. */
import { OWN_MACHINE, OWN_VENDOR } from "../own-machine.ts";
import type { Lanes } from "./measure.ts";

const GIGA = 1e9;
const SOURCE = "measured-in-the-browser";

/** What a browser says of the machine, or the user does. */
interface Told {
  /** Day of the measurement, ISO. */
  readonly date: string;
  /** Bytes, which a browser does not tell. */
  readonly memory: number;
  readonly cores: number;
}

/** What stands in a link of it: FLOP/s in FP32 and bytes a second that a plain kernel reached. */
export interface Machine extends Told {
  readonly kind: "cpu" | "gpu";
  readonly compute: number;
  readonly bandwidth: number;
}

/** The fastest of its lanes, to three digits; null of none. */
export function machineOf(lanes: Lanes, { date, memory, cores }: Told): Machine | null {
  const { gpu, simd } = lanes;
  const best = gpu ?? lanes.cores ?? simd;
  if (best === undefined) return null;
  const rounded = (value: number): number => Number(value.toPrecision(3));
  return {
    kind: gpu === undefined ? "cpu" : "gpu",
    compute: rounded(best.compute),
    bandwidth: rounded(best.bandwidth),
    memory: rounded(memory),
    cores,
    date,
  };
}

export function ownDevice(machine: Machine, name: string): unknown {
  const { kind, compute, bandwidth, memory, cores, date } = machine;
  const figure = (value: number, unit: string) => ({
    value: `${Number((value / GIGA).toPrecision(3))} ${unit}`,
    source: SOURCE,
    at: kind === "cpu" ? "WebAssembly on all cores" : "WebGPU",
    note: "what a plain kernel reached, below what the machine can do",
  });
  return {
    sources: {
      [SOURCE]: {
        title: "Lanes of this machine",
        publisher: "tenlane, in a browser",
        url: "about:blank",
        read: date,
        class: "secondary",
      },
    },
    accelerators: [
      {
        id: OWN_MACHINE,
        name,
        vendor: OWN_VENDOR,
        kind,
        status: "shipping",
        aliases: [],
        figures: {
          "memory/device/bandwidth": figure(bandwidth, "GB/s"),
          "memory/device/capacity": {
            value: `${Number((memory / GIGA).toPrecision(3))} GB`,
            source: SOURCE,
            at: "the user's word",
          },
          "peak/matrix/fp32/dense": figure(compute, "GFLOPS"),
          // Code without units of 16 bits widens what it loads, and multiplies as fast as in FP32.
          "peak/matrix/bf16/dense": figure(compute, "GFLOPS"),
          "peak/matrix/fp16/dense": figure(compute, "GFLOPS"),
          // Plain kernels have no tiles to fill: a product with one row is no slower for it.
          "peak/vector/fp32": figure(compute, "GFLOPS"),
          ...(kind === "cpu" && {
            units: { value: String(cores), source: SOURCE, at: "navigator.hardwareConcurrency" },
          }),
        },
      },
    ],
  };
}
