/** A part of the measurement that runs in a process of its own, and what it tells of itself. */
import type { Bytes } from "../../core/index.ts";
import type { Lane } from "./lane.ts";

/** Parts by what does the work. */
export type PartName = "native" | "webgpu" | "cuda";

export interface Asked {
  readonly threads: number;
  /** For all of the part, in seconds. */
  readonly budget: number;
  /** Where /proc and /sys are looked for. */
  readonly root: string;
  /** File that calls of NVIDIA's libraries are written to; null of none. */
  readonly record: string | null;
}

/** A device beside the processor, as its driver names it. */
export interface Gpu {
  /** "webgpu", "cuda". */
  readonly by: string;
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string | null;
  /** A program of the processor that plays a GPU: its rates are not those of a device. */
  readonly isSoftware: boolean;
  readonly memory: Bytes | null;
  /** Multiprocessors. */
  readonly units: number | null;
  /** What it may draw for long, in watts. */
  readonly power: number | null;
  readonly clock: number | null;
  readonly cache: Bytes | null;
}

export type Told =
  | { readonly kind: "lane"; readonly lane: Lane; readonly done: number }
  /** Lanes from here on are this device's. */
  | { readonly kind: "gpu"; readonly gpu: Gpu }
  /** A sentence for people: what is absent, what was refused. */
  | { readonly kind: "note"; readonly text: string }
  | { readonly kind: "end" };

export type Telling = AsyncGenerator<Told, void, undefined>;
