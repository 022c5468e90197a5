/** What `tenlane serve --json` and `tenlane web --json` print once they are stopped. */
import * as z from "zod";

export const serveSchema: z.ZodType = z.strictObject({
  kind: z.literal("serve"),
  address: z.string(),
  answered: z.int().describe("questions that were computed"),
});
