/** The time of one operator on a device, in JSON. */
import * as z from "zod";
import { operator } from "./operators.ts";

export const bound: z.ZodType = z.enum(["compute", "memory", "link", "overhead"]);
const basis = z.enum(["measured", "calibrated", "transferred", "analytic"]);

export const operatorTime: z.ZodType = z.strictObject({
  operator,
  time: z.number().describe("seconds, once"),
  compute: z.number(),
  memory: z.number(),
  link: z.number(),
  overhead: z.number(),
  bound,
  basis,
  spread: z.number().describe("standard deviation of the logarithm of the true time"),
  drafting: z.literal(true).optional().describe("of the draft, not of the model that verifies"),
});
