/** Committed coefficients, decoded. */
import * as z from "zod";
import { decode } from "../../decode.ts";
import type { Result } from "../../result.ts";
import type { Laws } from "./coefficients.ts";
import { LAW_NAMES, SHAPE_STARTS } from "./shapes.ts";

const positive = z.number().positive();
const share = z.number().nonnegative();

const reach = z.object({ overhead: share, compute: positive, memory: positive });
const spread = z.object({ short: positive, middle: positive, long: positive });

/** Each law by name: the numbers its shape is made of, a reach a device, its spreads. */
const laws = z.object(
  Object.fromEntries(
    LAW_NAMES.map((name) => [
      name,
      z.object({
        shape: z.object(
          Object.fromEntries(Object.keys(SHAPE_STARTS[name]).map((key) => [key, z.number()])),
        ),
        devices: z.record(z.string(), reach),
        spread: z.object({ calibrated: spread, transferred: spread, analytic: spread }),
      }),
    ]),
  ),
);

const anchor = z.object({
  kind: z.string(),
  architecture: z.string().optional(),
  peak: positive,
  bandwidth: positive,
  units: positive,
  clock: positive,
});

const file = z.object({
  anchors: z.record(z.string(), anchor),
  laws,
  power: z.object({ idle: share, busy: share, compute: share, memory: share }),
}) as unknown as z.ZodType<Laws>;

/** Coefficients as `scripts/fit-kernels.ts` writes them; each law must be there, and every number be one. */
export function decodeLaws(json: unknown): Result<Laws> {
  return decode(file, json);
}
