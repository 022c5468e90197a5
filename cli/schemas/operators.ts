/** What `tenlane expand --json` prints. */
import * as z from "zod";
import { work } from "./work.ts";

export const operator: z.ZodType = z.strictObject({
  name: z.string(),
  group: z.string(),
  count: z.number().describe("times a step does it on one device"),
  work,
  flops: z.number().describe("once"),
  read: z.number().describe("bytes, once"),
  written: z.number().describe("bytes, once"),
});

const growthCost = z.strictObject({
  parameters: z.number(),
  flops: z.number(),
  bytes: z.number(),
});

export const expandSchema: z.ZodType = z.strictObject({
  operators: z.array(operator),
  total: z.strictObject({
    flops: z.number(),
    read: z.number().describe("bytes"),
    written: z.number().describe("bytes"),
    sent: z.number().describe("collective payload of one device, bytes"),
  }),
  growth: z
    .strictObject({
      cost: growthCost,
      doubled: z.record(z.string(), growthCost).describe("ratios when a dimension doubles"),
    })
    .optional(),
});
