/**
 * How well laws carry over: each device predicted from coefficients of the others and its own
 * datasheet figures, as a device would be that nobody measured.
 */
import { assert } from "../assert.ts";
import {
  fittedFigures,
  isTimed,
  transferredReach,
  type Anchor,
  type LawName,
} from "../estimate/laws/index.ts";
import { fitLaw, logResiduals } from "./fit-law.ts";
import { samplesByDevice } from "./_samples.ts";
import type { Sample } from "./sample.ts";

/** Samples of one law on one device, and the logarithm of predicted over measured time of each. */
export interface Errors {
  readonly law: LawName;
  readonly device: string;
  readonly samples: readonly Sample[];
  readonly residuals: Float64Array;
}

/** Errors of `law` on each device, left out of the fit; empty with fewer than two devices. */
export function leaveOneDeviceOut(law: LawName, samples: readonly Sample[]): readonly Errors[] {
  const groups = samplesByDevice(law, samples);
  if (groups.size < 2) return [];
  return [...groups].map(([id, held]) => {
    const others = new Map([...groups].filter(([other]) => other !== id));
    const { shape, devices } = fitLaw(law, others);
    const reach = transferredReach(devices, anchorsOf(others), figuresOf(held), isTimed(shape));
    const residuals = logResiduals(law, held, shape, reach);
    return { law, device: id, samples: held, residuals };
  });
}

/** Figures of the devices of each group, by id. */
export function anchorsOf(
  groups: ReadonlyMap<string, readonly Sample[]>,
): Readonly<Record<string, Anchor>> {
  return Object.fromEntries([...groups].map(([id, mine]) => [id, figuresOf(mine)]));
}

function figuresOf(samples: readonly Sample[]): Anchor {
  const device = samples[0]?.device;
  assert(device !== undefined, "a device without samples");
  const figures = fittedFigures(device);
  assert(figures !== null, `"${device.name}" was measured but lacks a rate or a bandwidth`);
  return figures;
}
