/** What `tenlane deadlines --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";

const response = z.strictObject({
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number().describe("the worst case seen"),
});

export const deadlinesSchema: z.ZodType = z.union([
  z.strictObject({
    kind: z.literal("deadlines"),
    scenario: z.string(),
    device: z.string().nullable(),
    devices: z.int(),
    duration: z.number(),
    order: z.enum(["priority", "earliest-deadline"]),
    missRate: interval,
    utilisation: z.array(z.number()).describe("share of the time, a device"),
    tasks: z.array(
      z.strictObject({
        name: z.string(),
        service: interval.describe("seconds on one device"),
        deadline: z.number(),
        frames: z.int(),
        missed: z.int().describe("late or dropped"),
        dropped: z.int().describe("replaced by a newer frame while waiting"),
        missRate: interval,
        response: response.describe("seconds from the moment a frame was taken"),
      }),
    ),
  }),
  infeasible,
]);
