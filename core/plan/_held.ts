/** The most that one unit of a placement holds within the limits: a replica, or the smallest pools. */
import {
  estimateLoad,
  type Estimate,
  type Infeasible,
  laneCount,
  type Load,
  type Prepared,
} from "../estimate/index.ts";
import { ladder, lastHolding } from "./concurrency.ts";
import { breach } from "./limits.ts";
import type { Binding, PlanRequest, Workload } from "./types.ts";

export interface Held {
  /** Requests in flight. */
  readonly max: number;
  readonly binding: Binding;
  /** With that many in flight. */
  readonly full: Estimate;
}

export function loadOf(
  { input, output, cached }: Workload,
  stream: Pick<Load, "concurrency"> & Partial<Pick<Load, "rate">>,
): Load {
  return { input, output, cached, ...stream };
}

/** The most requests in flight that keep the limits, and what forbids one more; `single` has one in flight. */
export function largest(request: PlanRequest, prepared: Prepared, single: Estimate): Held {
  const room = roomFor(request.workload, prepared, single);
  const rungs = ladder(room.max);
  const seen = new Map<number, Estimate | Infeasible>([[1, single]]);
  const at = (rung: number) => {
    const known = seen.get(rung);
    if (known !== undefined) return known;
    const answer = estimateLoad(prepared, loadOf(request.workload, { concurrency: rung }));
    seen.set(rung, answer);
    return answer;
  };
  const brokenAt = (rung: number): Binding | null => {
    const answer = at(rung);
    if (answer.kind === "infeasible") return "cache";
    return breach(answer, request.limits, request.confidence)?.limit ?? null;
  };
  const max = lastHolding(rungs, (rung) => brokenAt(rung) === null) ?? 1;
  const next = rungs[rungs.indexOf(max) + 1];
  const binding = (next === undefined ? null : brokenAt(next)) ?? room.binding;
  const full = at(max);
  return { max, binding, full: full.kind === "estimate" ? full : single };
}

/** Requests for which there is room without queueing: KV cache or the scheduler's own limit. */
function roomFor(
  { input, output }: Workload,
  { placement, prefill }: Prepared,
  { memory }: Estimate,
): { readonly max: number; readonly binding: Binding } {
  const workers = prefill === null ? 1 : placement.replicas;
  const perWorker = Math.floor(memory.tokensMax / (input.mean + output.mean / 2));
  const cache = Math.max(1, workers * perWorker);
  const lanes = laneCount(placement.parallel) * workers;
  const sequences = placement.engine.sequencesMax * lanes;
  return cache < sequences
    ? { max: cache, binding: "cache" }
    : { max: sequences, binding: "sequences" };
}
