/**
 * Powers that come out the same to the last bit wherever exp and log do. JavaScript leaves `**` to the engine, and V8
 * changed it between Node 20 and 24; squares and powers of two are exact in both.
 */

/** `base` of zero or more to any exponent. */
export function power(base: number, exponent: number): number {
  return exponent === 0 ? 1 : Math.exp(exponent * Math.log(base));
}
