/**
 * Power of a device at work, from how much of its arithmetic and memory is in use.
 *
 * Source: notes/032-modelling.md, 7, fitted on kernels measured with power on H200, B200, GB200
 */
import type { Device } from "../../catalogue/index.ts";
import { type Interval, lognormal } from "../../interval.ts";
import type { Fraction } from "../../units.ts";
import type { Laws } from "./coefficients.ts";

/** Shares of the device's peaks in use, averaged over the time asked about. */
export interface Utilisation {
  readonly compute: Fraction;
  readonly memory: Fraction;
}

/** Log-deviation of kernel power on the fitted devices (13-25 % median error). */
const SPREAD_CALIBRATED = 0.25;
/** On others: serving draws a median 73-76 % of the rating where a rating alone says 100 %. */
const SPREAD_TRANSFERRED = 0.4;

/**
 * Power of `device`, clipped at its limit, else at its rating; null when no rating is known and it was not fitted.
 *
 * Linear in both shares: switching energy is per operation and per byte, and a floor leaks all the time.
 */
export function devicePower(utilisation: Utilisation, device: Device, laws: Laws): Interval | null {
  const own = laws.power.devices[device.id];
  const rated = device.power?.max ?? own?.rated;
  if (rated === undefined) return null;
  const shares = own ?? laws.power.prior;
  const idle =
    own === undefined && device.power?.idle !== undefined ? device.power.idle / rated : shares.idle;
  const { compute, memory } = utilisation;
  const drawn = rated * (idle + shares.compute * compute + shares.memory * memory);
  const middle = Math.min(drawn, device.power?.limit ?? rated);
  return own === undefined
    ? lognormal(middle, SPREAD_TRANSFERRED, "transferred")
    : lognormal(middle, SPREAD_CALIBRATED, "calibrated");
}
