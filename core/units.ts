/**
 * Physical quantities. Every number inside tenlane is in the SI base unit its type names;
 * prefixes (GB, ms, TFLOP) exist only in catalogue files, in flags and in `report/`.
 *
 * The types are flavoured, not branded: arithmetic needs no cast, yet a `Seconds` does not
 * fit where `Bytes` is asked for. A flavour cannot check a formula; scaling tests do that.
 */
declare const unit: unique symbol;
type Quantity<U extends string> = number & { readonly [unit]?: U };

export type Seconds = Quantity<"s">;
export type Hertz = Quantity<"Hz">;
export type Bytes = Quantity<"B">;
/** Multiplies and adds counted one each: an M×K by K×N matmul is 2·M·K·N. */
export type Flops = Quantity<"FLOP">;
export type Joules = Quantity<"J">;
export type Watts = Quantity<"W">;
export type BytesPerSecond = Quantity<"B/s">;
export type FlopsPerSecond = Quantity<"FLOP/s">;
export type FlopsPerByte = Quantity<"FLOP/B">;
export type Tokens = Quantity<"token">;
export type TokensPerSecond = Quantity<"token/s">;
export type RequestsPerSecond = Quantity<"request/s">;
/** US dollars. */
export type Dollars = Quantity<"USD">;
/** Grams of CO₂ equivalent. */
export type GramsCo2 = Quantity<"gCO2e">;
/** A share between 0 and 1. Percentages do not exist inside. */
export type Fraction = Quantity<"1">;
