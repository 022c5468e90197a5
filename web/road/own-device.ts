/** This machine as a file that `--catalogue` takes: one device, each figure measured here. */
import type { Lanes } from "./measure.ts";

const GIGA = 1e9;
const SOURCE = "measured-in-the-browser";

/** `date` is the day of the measurement, ISO. */
export function ownDevice(lanes: Lanes, date: string): unknown {
  const { gpu, cores, simd } = lanes;
  const best = gpu ?? cores ?? simd;
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
        id: "my-machine",
        name: "My machine",
        vendor: "Own",
        kind: gpu === undefined ? "cpu" : "gpu",
        status: "shipping",
        aliases: [],
        figures: {
          "peak/vector/fp32": figure(best.compute, "GFLOPS"),
          "memory/device/bandwidth": figure(best.bandwidth, "GB/s"),
        },
      },
    ],
  };
}
