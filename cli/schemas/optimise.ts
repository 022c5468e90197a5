/** What `tenlane optimise --json` and `tenlane verify --json` print. */
import * as z from "zod";
import { certificateSchema } from "../../core/optimise/index.ts";

export const optimiseSchema: z.ZodType = z.strictObject({
  written: z.array(z.string()).describe("files"),
  certificate: certificateSchema,
});

export const verifySchema: z.ZodType = z.strictObject({
  certificate: z.string().describe("the file"),
  holds: z.boolean().describe("no claim fails"),
  claims: z.array(
    z.strictObject({
      claim: z.string(),
      claimed: z.string(),
      found: z.string(),
      state: z.enum(["holds", "weaker", "fails", "unknown"]),
    }),
  ),
});
