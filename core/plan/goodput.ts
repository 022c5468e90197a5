/**
 * What failures take from a long run: checkpoints written, work lost since the last one, restarts.
 *
 * Failures come at random, M seconds apart on average. A run that saves every τ seconds, for δ seconds each,
 * and takes R to start again, advances by τ in M·e^(R/M)·(e^((τ+δ)/M) − 1) seconds.
 *
 * Symbols: M mean time between failures, δ time to save, R time to restart, τ time between saves
 * Source: Young 1974, "A first order approximation to the optimum checkpoint interval"; Daly 2006, "A higher
 * order estimate of the optimum checkpoint interval for restart dumps", equations 20 and 37
 */
import type { BytesPerSecond, Bytes, Fraction, Seconds } from "../units.ts";

export interface Reliability {
  /** Of the whole system. */
  readonly between: Seconds;
  readonly save: Seconds;
  readonly restart: Seconds;
}

/** Time between saves that loses least; M where saving takes longer than twice that. Endless without failures. */
export function dalyInterval({ between, save }: Reliability): Seconds {
  if (save >= 2 * between) return between;
  const young = Math.sqrt(2 * save * between);
  const ratio = Math.sqrt(save / (2 * between));
  return young * (1 + ratio / 3 + ratio ** 2 / 9) - save;
}

/** Share of time that the run advances in, saving every `interval`. */
export function goodput({ between, save, restart }: Reliability, interval: Seconds): Fraction {
  if (!Number.isFinite(interval)) return 1;
  if (!Number.isFinite(between)) return interval / (interval + save);
  const spent = between * Math.exp(restart / between) * Math.expm1((interval + save) / between);
  return interval / spent;
}

/**
 * Device-seconds between failures that stop a run.
 *
 * Source: Dubey et al. 2024 (arXiv 2407.21783), section 3.3.4: 419 unexpected interruptions in 54 days on
 * 16,384 H100
 */
export const DEVICE_BETWEEN: Seconds = (54 * 86_400 * 16_384) / 419;

/**
 * Of a first run on new machines.
 *
 * Source: Zhang et al. 2022, "OPT" (arXiv 2205.01068), section 2.5: 35 manual and some 70 automatic restarts
 * for hardware in two months on 992 A100
 */
export const DEVICE_BETWEEN_NEW: Seconds = (61 * 86_400 * 992) / 105;

/**
 * Bandwidth of storage that a host of eight has to itself.
 *
 * Source: Dubey et al. 2024, section 3.3.1: 2 TB/s sustained for 16,384 devices
 */
const STORED: BytesPerSecond = 2e12 / 16_384;

/**
 * From a failure to the step that was lost, work since the last save left out.
 *
 * Source: Jiang et al. 2024, "MegaScale" (arXiv 2402.15627), section 6.3: within 15 minutes
 */
const RESTART: Seconds = 900;

/** Of `devices` that save `bytes` together. */
export function reliabilityOf(
  devices: number,
  bytes: Bytes,
  deviceBetween: Seconds = DEVICE_BETWEEN,
): Reliability {
  return {
    between: deviceBetween / devices,
    save: bytes / (devices * STORED),
    restart: RESTART,
  };
}
