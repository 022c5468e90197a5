/**
 * What would change the answer: the same plan with one thing altered, sized again in full. A change
 * that moves the objective names the bottleneck better than any ratio of utilisations can.
 */
import type { Device } from "../catalogue/index.ts";
import type { Placement, System } from "../estimate/index.ts";
import type { Numerics } from "../precision.ts";
import { score } from "./rank.ts";
import { single, size } from "./sizing.ts";
import type { Limits, Plan, PlanRequest, Refusal } from "./types.ts";

/** The one thing that differs. */
export type Change =
  | { readonly kind: "memory-bandwidth" | "compute" | "link" | "memory-capacity" }
  | { readonly kind: "numerics"; readonly numerics: string }
  | { readonly kind: "tensor"; readonly tensor: number }
  | { readonly kind: "limit"; readonly limit: keyof Limits }
  | { readonly kind: "device"; readonly device: string };

export interface Counterfactual<P = Plan> {
  readonly change: Change;
  readonly answer: P | Refusal;
  /** Objective after over before: below 1 is better. Null where the changed plan is refused or the objective unknown. */
  readonly ratio: number | null;
}

/** Each change that applies to `plan`, the most helpful first. */
export function explain(request: PlanRequest, plan: Plan): readonly Counterfactual[] {
  const before = score(plan, request.objective);
  return changes(request, plan)
    .map(({ change, request: changed, candidate: { system, placement } }): Counterfactual => {
      const answer = size(changed, { hosts: [system], placement });
      return { change, answer, ratio: ratioOf(answer, before, request) };
    })
    .toSorted((a, b) => (a.ratio ?? Infinity) - (b.ratio ?? Infinity));
}

function ratioOf(answer: Plan | Refusal, before: number, request: PlanRequest): number | null {
  return "estimate" in answer ? ratioOver(score(answer, request.objective), before) : null;
}

/** Below 1 is better, also of an objective that is negated; null where one is not known. */
export function ratioOver(after: number, before: number): number | null {
  if (!Number.isFinite(after) || !Number.isFinite(before) || before === 0) return null;
  return before < 0 ? before / after : after / before;
}

/** The plan as it is, in the very host it is in. */
interface Here {
  readonly system: System;
  readonly placement: Placement;
}

interface Altered {
  readonly change: Change;
  readonly request: PlanRequest;
  readonly candidate: Here;
}

function changes(request: PlanRequest, plan: Plan): readonly Altered[] {
  const here: Here = { system: plan.system, placement: single(plan.placement) };
  return [
    ...deviceChanges(here).map((altered) => ({ ...altered, request })),
    ...numericsChanges(request, here).map((altered) => ({ ...altered, request })),
    ...tensorChange(here).map((altered) => ({ ...altered, request })),
    ...limitChanges(request).map((altered) => ({ ...altered, candidate: here })),
    ...nextGeneration(request.sites, here).map((altered) => ({ ...altered, request })),
  ];
}

type OnDevice = Omit<Altered, "request">;

/** Twice the bandwidth, arithmetic, link speed or memory of the very same device. */
export function deviceChanges({ system, placement }: Here): readonly OnDevice[] {
  const { device } = system;
  const { memory, link } = device;
  const altered: [
    Change["kind"] & ("memory-bandwidth" | "compute" | "link" | "memory-capacity"),
    Device,
  ][] = [["compute", { ...device, peak: doubled(device.peak) }]];
  if (memory?.bandwidth !== undefined) {
    const faster = { ...memory, bandwidth: 2 * memory.bandwidth };
    altered.push(["memory-bandwidth", { ...device, memory: faster }]);
  }
  if (memory?.capacity !== undefined) {
    const larger = { ...memory, capacity: 2 * memory.capacity };
    altered.push(["memory-capacity", { ...device, memory: larger }]);
  }
  if (link !== undefined && placement.parallel.tensor * placement.parallel.data > 1) {
    altered.push(["link", { ...device, link: { ...link, bandwidth: 2 * link.bandwidth } }]);
  }
  return altered.map(([kind, changed]) => ({
    change: { kind },
    candidate: { system: { ...system, device: changed }, placement },
  }));
}

function doubled<T extends Readonly<Record<string, number | undefined>>>(rates: T): T {
  const entries = Object.entries(rates).map(([name, rate]) => [name, 2 * (rate ?? 0)]);
  return Object.fromEntries(entries);
}

/** The other formats the request allows and the device multiplies. */
function numericsChanges(request: PlanRequest, { system, placement }: Here): readonly OnDevice[] {
  const multiplies = ({ compute }: Numerics) => system.device.peak[compute.linear] !== undefined;
  return request.numerics
    .filter((numerics) => numerics.name !== placement.numerics.name && multiplies(numerics))
    .map((numerics) => ({
      change: { kind: "numerics", numerics: numerics.name },
      candidate: { system, placement: { ...placement, numerics } },
    }));
}

function tensorChange({ system, placement }: Here): readonly OnDevice[] {
  const tensor = 2 * placement.parallel.tensor;
  if (tensor > system.perHost || placement.parallel.data > 1) return [];
  const spread = placement.parallel.expert > 1 ? tensor : 1;
  const parallel = { ...placement.parallel, tensor, expert: spread };
  return [
    {
      change: { kind: "tensor", tensor },
      candidate: { system, placement: { ...placement, parallel } },
    },
  ];
}

/** Each per-request limit at twice its value: what patience would buy. */
function limitChanges(request: PlanRequest): readonly Omit<Altered, "candidate">[] {
  return (["ttft", "tpot", "latency"] as const).flatMap((limit) => {
    const allowed = request.limits[limit];
    if (allowed === undefined) return [];
    const limits = { ...request.limits, [limit]: 2 * allowed };
    return [{ change: { kind: "limit" as const, limit }, request: { ...request, limits } }];
  });
}

/** The same split on the vendor's next device of the kind: the first launched later with more bandwidth. */
export function nextGeneration(
  sites: PlanRequest["sites"],
  { system, placement }: Here,
): readonly OnDevice[] {
  const next = sites
    .flatMap((site) => site.hosts.slice(0, 1))
    .filter((other) => succeeds(other, system))
    .toSorted((a, b) => launch(a.device).localeCompare(launch(b.device)))[0];
  if (next === undefined) return [];
  return [
    { change: { kind: "device", device: next.device.id }, candidate: { system: next, placement } },
  ];
}

function succeeds({ device: later }: System, { device }: System): boolean {
  return (
    later.vendor === device.vendor &&
    later.kind === device.kind &&
    launch(device) !== "" &&
    launch(later) > launch(device) &&
    (later.memory?.bandwidth ?? 0) > (device.memory?.bandwidth ?? 0)
  );
}

function launch(device: Device): string {
  return device.launched ?? "";
}
