/** Committed coefficients, decoded. */
import { z } from "zod";
import { decode } from "../../decode.ts";
import type { Result } from "../../result.ts";
import { LAW_NAMES, type Laws } from "./coefficients.ts";

const positive = z.number().positive();
const share = z.number().nonnegative();

const reach = z.object({ overhead: positive, compute: positive, memory: positive });
const spread = z.object({ short: positive, middle: positive, long: positive });

const law = z.object({
  shape: z.object({
    ridge: positive,
    halfDepth: share,
    waveShare: share,
    eager: share,
    step: z.number(),
    crowding: z.number(),
  }),
  devices: z.record(z.string(), reach),
  spread: z.object({ calibrated: spread, transferred: spread, analytic: spread }),
});

const anchor = z.object({
  kind: z.string(),
  peak: positive,
  bandwidth: positive,
  units: positive.exactOptional(),
});

const shares = { idle: share, compute: share, memory: share };

const laws: z.ZodType<Laws> = z.object({
  anchors: z.record(z.string(), anchor),
  laws: z.record(z.enum(LAW_NAMES), law),
  power: z.object({
    prior: z.object(shares),
    devices: z.record(z.string(), z.object({ ...shares, rated: positive })),
  }),
});

/** Coefficients as `scripts/fit-kernels.ts` writes them; each law must be there, and every number be sane. */
export function decodeLaws(json: unknown): Result<Laws> {
  return decode(laws, json);
}
