/**
 * The coefficients that ship with tenlane; that they decode is tested.
 *
 * Source: coefficients/laws.json
 */
import laws from "../../coefficients/laws.json" with { type: "json" };
import { type Corrections, SHIPPED_CORRECTIONS } from "./correction.ts";
import { type IntervalWidths, SHIPPED_WIDTHS } from "./intervals.ts";
import type { Laws } from "./laws/index.ts";

export const SHIPPED_LAWS: Laws = laws;

/** Everything that was fitted and is put into an estimate. */
export interface Coefficients {
  readonly laws: Laws;
  readonly corrections: Corrections;
  readonly widths: IntervalWidths;
  /** Of a user's own services: true over estimated time of steps that read prompts, and of those that decode. */
  readonly steps?: { readonly first: number; readonly token: number };
}

export const SHIPPED: Coefficients = {
  laws: SHIPPED_LAWS,
  corrections: SHIPPED_CORRECTIONS,
  widths: SHIPPED_WIDTHS,
};
