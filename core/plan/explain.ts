/**
 * What would change the answer: the same plan with one thing altered, sized again in full. A change
 * that moves the objective names the bottleneck better than any ratio of utilisations can.
 */
import type { Device } from "../catalogue/index.ts";
import type { Placement, System } from "../estimate/index.ts";
import { runsOn } from "./candidates.ts";
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
      const after = "estimate" in answer ? score(answer, request.objective) : Infinity;
      return { change, answer, ratio: ratioOver(after, before) };
    })
    .toSorted((a, b) => (a.ratio ?? Infinity) - (b.ratio ?? Infinity));
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

type Altered = OnDevice & { readonly request: PlanRequest };

function changes(request: PlanRequest, plan: Plan): readonly Altered[] {
  const here: Here = { system: plan.system, placement: single(plan.placement) };
  const others = [...deviceChanges(here), ...numericsChanges(request, here), ...tensorChange(here)];
  const asAsked = (altered: OnDevice): Altered => ({ ...altered, request });
  return [
    ...others.map(asAsked),
    ...limitChanges(request).map((altered) => ({ ...altered, candidate: here })),
    ...nextGeneration(request.sites, here).map(asAsked),
  ];
}

interface OnDevice {
  readonly change: Change;
  readonly candidate: Here;
}

/** Twice the bandwidth, arithmetic, link speed or memory of the very same device. */
export function deviceChanges({ system, placement }: Here): readonly OnDevice[] {
  const isAlone = placement.parallel.tensor * placement.parallel.data === 1;
  return doubledDevices(system.device)
    .filter(({ kind }) => kind !== "link" || !isAlone)
    .map(({ kind, device }) => ({
      change: { kind },
      candidate: { system: { ...system, device }, placement },
    }));
}

interface Doubled {
  readonly kind: "compute" | "memory-bandwidth" | "memory-capacity" | "link";
  readonly device: Device;
}

/** `device` with one of its figures doubled, those that it has. */
export function doubledDevices(device: Device): readonly Doubled[] {
  const { memory: { visible: _, ...memory } = {}, link } = device;
  const { bandwidth, capacity } = memory;
  const rates = Object.entries(device.peak).map(([format, rate]) => [format, 2 * rate]);
  const doubled: Doubled[] = [];
  const add = (kind: Doubled["kind"], changed: Partial<Device>): void =>
    void doubled.push({ kind, device: { ...device, ...changed } });
  add("compute", { peak: Object.fromEntries(rates) });
  if (bandwidth !== undefined)
    add("memory-bandwidth", { memory: { ...device.memory, bandwidth: 2 * bandwidth } });
  if (capacity !== undefined)
    add("memory-capacity", { memory: { ...memory, capacity: 2 * capacity } });
  if (link !== undefined) add("link", { link: { ...link, bandwidth: 2 * link.bandwidth } });
  return doubled;
}

/** The other formats the request allows and the device multiplies. */
function numericsChanges(request: PlanRequest, { system, placement }: Here): readonly OnDevice[] {
  return request.numerics
    .filter(
      (numerics) => numerics.name !== placement.numerics.name && runsOn(numerics, system.device),
    )
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
  const candidate = { system, placement: { ...placement, parallel } };
  return [{ change: { kind: "tensor", tensor }, candidate }];
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
    .toSorted((a, b) => (a.device.launched ?? "").localeCompare(b.device.launched ?? ""))[0];
  if (next === undefined) return [];
  const candidate = { system: next, placement };
  return [{ change: { kind: "device", device: next.device.id }, candidate }];
}

function succeeds({ device: later }: System, { device }: System): boolean {
  return (
    later.vendor === device.vendor &&
    later.kind === device.kind &&
    device.launched !== undefined &&
    (later.launched ?? "") > device.launched &&
    (later.memory?.bandwidth ?? 0) > (device.memory?.bandwidth ?? 0)
  );
}
