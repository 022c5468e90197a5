/** Residuals as a weighted sum of traits: what all devices share, then what each has of its own. */
import { logLinear, type LogLinear } from "../estimate/index.ts";
import { fitDeviceTerms } from "./device-terms.ts";
import { bounded, fitShared, type Residual } from "./residuals.ts";

/** Marks a trait whose weight is a device's own. */
export const OWN = "own ";

/**
 * The weighted sum of `names` nearest to the errors; those that start with {@link OWN} have a weight by device. Where all
 * do, nothing of it is for other devices: not their level either.
 */
export function fitLogLinear(residuals: readonly Residual[], names: readonly string[]): LogLinear {
  const isOwn = (name: string): boolean => name.startsWith(OWN);
  const own = names.filter(isOwn).map((name) => name.slice(OWN.length));
  const common = names.filter((name) => !isOwn(name));
  const fitted = fitShared(residuals, common);
  const shared = names.length > 0 && common.length === 0 ? { ...fitted, intercept: 0 } : fitted;
  if (own.length === 0) return shared;
  const left = residuals.map((residual) => ({
    ...residual,
    error: bounded(residual.error) - logLinear(shared, residual.traits),
  }));
  return { ...shared, devices: fitDeviceTerms(left, own) };
}
