/** What `tenlane validate --json` prints. */
import * as z from "zod";
import { BASES } from "../../core/index.ts";

const figure = z.number().nullable();

const row = z.strictObject({
  id: z.string(),
  family: z.string(),
  metric: z.string(),
  measured: z.number().describe("as published, in SI units"),
  p10: figure,
  p50: figure,
  p90: figure,
  basis: z.enum(BASES).nullable(),
  unanswered: z.string().nullable().describe("why there is no prediction"),
});

const errors = z.strictObject({
  rows: z.number(),
  answered: z.number(),
  median: figure.describe("absolute relative error, half of the rows are below"),
  p90: figure.describe("absolute relative error, nine in ten rows are below"),
  bias: figure.describe("median of predicted over measured, less one"),
  coverage: figure.describe("share of rows that the 80 % interval holds"),
});

export const validationSchema: z.ZodType = z.strictObject({
  rows: z.array(row),
  families: z.record(z.string(), errors),
});
