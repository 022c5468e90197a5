/** Parts that several schemas share. */
import * as z from "zod";

/** Eight times in ten the true value should lie between p10 and p90. */
export const interval: z.ZodType = z.strictObject({
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
  basis: z.enum(["measured", "calibrated", "transferred", "analytic"]),
});

export const storage: z.ZodType = z.strictObject({ name: z.string(), bits: z.number() });

const precision = z.string();

export const numerics: z.ZodType = z.strictObject({
  name: z.string(),
  linear: storage,
  experts: storage,
  embedding: storage,
  head: storage,
  activations: storage,
  kv: storage,
  compute: z.strictObject({
    linear: precision,
    experts: precision,
    head: precision,
    attention: precision,
  }),
});
