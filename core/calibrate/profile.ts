/**
 * A user's own profile: factors between what they measured and what tenlane estimates, kept apart from what ships.
 *
 * A result of a whole service tells prompts (first token), decoding (time a token) and throughput
 * apart, and not what inside a step was slow, so these three are what a profile holds. One that was
 * not measured takes the next one: decoding stands for throughput, else nothing changes.
 */
import * as z from "zod";
import { decode } from "../decode.ts";
import { type Coefficients } from "../estimate/index.ts";
import type { Result } from "../result.ts";

export interface Profile {
  /** What it was measured on, for a person. */
  readonly about: string;
  /** True time over estimated time. */
  readonly factors: { readonly first?: number; readonly token?: number; readonly rate?: number };
  /** Figures each factor rests on. */
  readonly figures: number;
}

export type ProfileName = keyof Profile["factors"];

/** One figure that was measured, and what was estimated for it; rates as time a token. */
export interface ProfileSample {
  readonly name: ProfileName;
  readonly measured: number;
  readonly estimated: number;
}

const factor = z.number().min(0.01).max(100).exactOptional();

const profileSchema: z.ZodType<Profile> = z.strictObject({
  about: z.string().max(2000),
  factors: z.strictObject({ first: factor, token: factor, rate: factor }),
  figures: z.int().nonnegative(),
});

/** The profile of a file. Errors: the first field that is wrong. */
export function decodeProfile(json: unknown): Result<Profile> {
  return decode(profileSchema, json);
}

/** The profile that leaves the least squared error of logarithms: the geometric mean of each ratio. */
export function fitProfile(about: string, samples: readonly ProfileSample[]): Profile {
  const factors = (["first", "token", "rate"] as const).flatMap((name) => {
    const logs = samples
      .filter((sample) => sample.name === name)
      .map(({ measured, estimated }) => Math.log(measured / estimated));
    if (logs.length === 0) return [];
    return [[name, Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)]];
  });
  return { about, factors: Object.fromEntries(factors), figures: samples.length };
}

/** `coefficients` with the factors of `profile` over what they say; steps that are played one by one have them too. */
export function withProfile(coefficients: Coefficients, { factors }: Profile): Coefficients {
  const { corrections } = coefficients;
  const rate = factors.rate ?? factors.token ?? 1;
  const { first = 1, token = 1 } = factors;
  return {
    ...coefficients,
    steps: { first, token },
    corrections: {
      ...corrections,
      first: shifted(corrections.first, first),
      token: shifted(corrections.token, token),
      rate: shifted(corrections.rate, rate),
    },
  };
}

function shifted(
  law: Coefficients["corrections"]["first"],
  times: number,
): Coefficients["corrections"]["first"] {
  const by = Math.log(times);
  return { ...law, intercept: law.intercept + by, low: law.low + by, high: law.high + by };
}
