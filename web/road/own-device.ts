/** This machine as a file that `--catalogue` takes: one device, each figure measured here. */
import { OWN_MACHINE } from "../own-machine.ts";
import type { Lanes } from "./measure.ts";

const GIGA = 1e9;
const SOURCE = "measured-in-the-browser";

/** What a browser says of the machine, or the user does. */
export interface OwnMachine {
  /** Day of the measurement, ISO. */
  readonly date: string;
  /** Bytes, which a browser does not tell. */
  readonly memory: number;
  readonly cores: number;
}

export function ownDevice(lanes: Lanes, { date, memory, cores }: OwnMachine): unknown {
  const { gpu, simd } = lanes;
  const best = gpu ?? lanes.cores ?? simd;
  if (best === undefined) return null;
  const figure = (value: number, unit: string) => ({
    value: `${Number((value / GIGA).toPrecision(3))} ${unit}`,
    source: SOURCE,
    at: gpu === undefined ? "WebAssembly on all cores" : "WebGPU",
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
        name: "My machine",
        vendor: "Own",
        kind: gpu === undefined ? "cpu" : "gpu",
        status: "shipping",
        aliases: [],
        figures: {
          "memory/device/bandwidth": figure(best.bandwidth, "GB/s"),
          "memory/device/capacity": {
            value: `${Number((memory / GIGA).toPrecision(3))} GB`,
            source: SOURCE,
            at: "the user's word",
          },
          "peak/matrix/fp32/dense": figure(best.compute, "GFLOPS"),
          // Code without units of 16 bits widens what it loads, and multiplies as fast as in FP32.
          "peak/matrix/bf16/dense": figure(best.compute, "GFLOPS"),
          "peak/matrix/fp16/dense": figure(best.compute, "GFLOPS"),
          // Plain kernels have no tiles to fill: a product with one row is no slower for it.
          "peak/vector/fp32": figure(best.compute, "GFLOPS"),
          ...(gpu === undefined && {
            units: { value: String(cores), source: SOURCE, at: "navigator.hardwareConcurrency" },
          }),
        },
      },
    ],
  };
}
