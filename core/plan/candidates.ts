/**
 * Everything worth sizing: splits that divide, formats that the device multiplies, engines that run.
 *
 * Memory refuses most candidates before any time is computed, and replicas beyond the smallest
 * that fits are tried only as far as they can still help, so their number is linear in the sites.
 */
import type { System } from "../estimate/index.ts";
import { parameterCount } from "../model/index.ts";
import type { Numerics, Precision } from "../precision.ts";
import type { Candidate } from "./sizing.ts";
import { replicaSizes, splits } from "./splits.ts";
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
  const usable = request.numerics.filter((numerics) => runsOn(numerics, device.peak));
  return usable.flatMap((numerics) =>
    sizesThatFit(request, largest, numerics).flatMap((devices) =>
      splits(request.model, devices, perHost).flatMap((parallel) =>
        site.engines.map((engine) => ({
          hosts: site.hosts,
          placement: { parallel, replicas: 1, numerics, engine },
        })),
      ),
    ),
  );
}

/** Some matrix unit multiplies what the weights are multiplied in. */
function runsOn(
  { compute }: Numerics,
  peak: Readonly<Partial<Record<Precision, number>>>,
): boolean {
  return [compute.linear, compute.experts, compute.head, compute.attention].every(
    (precision) => peak[precision] !== undefined,
  );
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
  const sizes = replicaSizes(most);
  const first = sizes.findIndex((devices) => devices * capacity > bytes);
  return first < 0 ? sizes.slice(-1) : sizes.slice(first, first + DOUBLINGS + 1);
}
