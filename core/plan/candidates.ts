/**
 * Everything worth sizing: splits that divide, formats that the device multiplies, engines that run.
 *
 * Memory refuses most candidates before any time is computed, and replicas beyond the smallest
 * that fits are tried only as far as they can still help, so their number is linear in the sites.
 */
import type { Device } from "../catalogue/index.ts";
import { computeFormat, type Placement, type System } from "../estimate/index.ts";
import { parameterCount } from "../model/index.ts";
import { deviceCount } from "../operators/index.ts";
import { PRECISION_BITS, type Numerics } from "../precision.ts";
import type { Candidate } from "./sizing.ts";
import { powers, splits } from "./splits.ts";
import type { PlanRequest, Site } from "./types.ts";

/** Largest replica tried: two hosts of eight, or what one scale-up domain holds. */
const REPLICA_DEVICES_MAX = 16;

/** Doublings tried beyond the smallest replica that holds the weights. */
const DOUBLINGS = 3;

/** Everything worth sizing on one site. */
export function candidates(request: PlanRequest, site: Site): readonly Candidate[] {
  const [largest] = site.hosts;
  if (largest === undefined) return [];
  const { device, perHost } = largest;
  const usable = request.numerics.filter((numerics) => runsOn(numerics, device));
  return usable.flatMap((numerics) =>
    sizesThatFit(request, largest, numerics).flatMap((devices) =>
      splits(request.model, devices, perHost).flatMap((parallel) =>
        site.engines.flatMap((engine) => {
          const placement = { parallel, replicas: 1, numerics, engine };
          const pools = request.disaggregated === true ? pooled(request, largest, placement) : [];
          return [placement, ...pools].map((each) => ({ hosts: site.hosts, placement: each }));
        }),
      ),
    ),
  );
}

/** `decoding` with a pool for prompts: split as it is, or over the fewest devices that hold the weights. */
export function pooled(
  request: PlanRequest,
  system: System,
  decoding: Placement,
): readonly Placement[] {
  const { parallel, numerics, engine } = decoding;
  if (engine.scheduler === "static") return [];
  const [fewest] = sizesThatFit(request, system, numerics);
  const [small] = fewest === undefined ? [] : splits(request.model, fewest, system.perHost);
  const isSmaller = small !== undefined && deviceCount(small) < deviceCount(parallel);
  return [parallel, ...(isSmaller ? [small] : [])].map((split) => ({
    ...decoding,
    prefill: { parallel: split, replicas: 1 },
  }));
}

/**
 * Some matrix unit multiplies what the weights are multiplied in. Weights that are kept in fewer bits than they are
 * multiplied in are widened as they are loaded in any case: for them a float does that holds those values.
 */
export function runsOn({ compute, linear }: Numerics, device: Device): boolean {
  const isWidened = linear.bits < PRECISION_BITS[compute.linear];
  return [compute.linear, compute.experts, compute.head, compute.attention].every((precision) => {
    const found = isWidened
      ? (computeFormat(device, precision)?.precision ?? precision)
      : precision;
    return device.peak[found] !== undefined;
  });
}

/** Replica sizes from the first that can hold the weights at all; none where even the largest cannot. */
function sizesThatFit(
  request: PlanRequest,
  { device, perHost }: System,
  numerics: Numerics,
): readonly number[] {
  const capacity = device.memory?.capacity;
  if (capacity === undefined) return [];
  const stock = request.stock?.[device.id] ?? Infinity;
  const most = Math.min(stock, Math.max(REPLICA_DEVICES_MAX, perHost));
  const bytes = (parameterCount(request.model).total * numerics.linear.bits) / 8;
  const sizes = powers(most);
  const first = sizes.findIndex((devices) => devices * capacity > bytes);
  return first < 0 ? sizes.slice(-1) : sizes.slice(first, first + DOUBLINGS + 1);
}
