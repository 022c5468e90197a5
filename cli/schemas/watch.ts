/** What `tenlane watch --json` prints. */
import * as z from "zod";

export const watchedSchema: z.ZodType = z.strictObject({
  samples: z.int(),
  lost: z.int().describe("samples that the history could not take"),
  at: z.number().nullable().describe("ms since 1970, of the last sample"),
  readings: z.array(
    z.strictObject({
      name: z.string().describe("of DCGM-exporter or node-exporter, in their units"),
      labels: z.record(z.string(), z.string()),
      value: z.number(),
    }),
  ),
  alerts: z.array(
    z.strictObject({
      rule: z.string(),
      subject: z.string(),
      severity: z.enum(["warning", "critical"]),
      reason: z.string(),
      action: z.string(),
    }),
  ),
});

export const watchSchema: z.ZodType = z.union([
  watchedSchema,
  z
    .strictObject({
      forecasts: z.array(
        z.strictObject({
          series: z.string(),
          meaning: z.string(),
          points: z.int(),
          now: z.number(),
          slope: z.number().describe("a day"),
          days: z.strictObject({
            p10: z.number().nullable(),
            p50: z.number(),
            p90: z.number().nullable(),
          }),
        }),
      ),
    })
    .describe("of --forecast"),
  z.looseObject({ panels: z.array(z.looseObject({})) }).describe("of --dashboard"),
]);
