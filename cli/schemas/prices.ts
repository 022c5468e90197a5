/** What `tenlane prices --json` prints. */
import * as z from "zod";

export const pricesSchema: z.ZodType = z.union([
  z.strictObject({
    today: z.string(),
    prices: z.array(
      z.strictObject({
        provider: z.string(),
        way: z.string(),
        count: z.int(),
        oldest: z.string(),
        newest: z.string(),
        age: z.int().nullable().describe("days, of the newest"),
      }),
    ),
  }),
  z
    .strictObject({
      provider: z.string(),
      path: z.string(),
      date: z.string(),
      count: z.int(),
      missing: z.array(z.string()),
    })
    .describe("of refresh"),
]);
