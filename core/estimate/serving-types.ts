/**
 * A replica under load: what is asked of it and what it then does.
 *
 * Source: notes/001-way-of-the-data.md
 */
import type { Step } from "../operators/index.ts";
import type { Fraction, RequestsPerSecond, Seconds } from "../units.ts";
import type { LaneCosts } from "./lane.ts";
import type { Load } from "./types.ts";

export interface Serving {
  /** Of the whole replica. */
  readonly rate: RequestsPerSecond;
  /** Without the engine's time a request before queueing. */
  readonly first: Seconds;
  readonly tokenTime: Seconds;
  /** Median time between two tokens of an answer: most gaps hold no prompt until most steps do. */
  readonly gap: Seconds;
  readonly latency: Seconds;
  /** Requests that hold a slot, on the whole replica. */
  readonly batch: number;
  /** Share of a token's time that the decode steps take; prompts that join have the rest. */
  readonly decoding: Fraction;
  /** Decode steps a second of one lane. */
  readonly stepRate: number;
  /** What the breakdown describes. */
  readonly steps: { readonly prompt: Step; readonly decode: Step };
  /** Steps a prompt takes part in, those of groups that compute as much beside it too, and prompts that share one. */
  readonly packing: { readonly chunks: number; readonly prompts: number };
}

export interface ServingArgs {
  readonly costs: LaneCosts;
  readonly load: Load;
  readonly lanes: number;
  /** Requests one lane runs at once at most. */
  readonly slots: number;
}
