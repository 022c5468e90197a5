/** This machine as a file that `--catalogue` takes: one device, each figure measured here. */
import { OWN_MACHINE } from "../own-machine.ts";
import type { Lanes } from "./measure.ts";

const GIGA = 1e9;
const SOURCE = "measured-in-the-browser";

/** `date` is the day of the measurement, ISO; `memory` in bytes, which a browser does not tell, is the user's word. */
export function ownDevice(
  lanes: Lanes,
  { date, memory }: { readonly date: string; readonly memory: number },
): unknown {
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
        },
      },
    ],
  };
}
