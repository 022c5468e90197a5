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
      path: z.string().describe("a file for --catalogue"),
      date: z.string(),
      feeds: z.array(
        z.strictObject({
          provider: z.string(),
          count: z.int().describe("prices"),
          instances: z.int(),
          missing: z.array(z.string()).describe("not in the feed: their old price is kept"),
          failed: z.string().nullable().describe("why nothing was read"),
        }),
      ),
    })
    .describe("of refresh"),
]);
