/**
 * Factors on the parts of a step, fitted on residuals of whole times a token.
 *
 * A residual is `ln Σ sₚ·exp(wₚ·traits)`, s the shares that physics gives the parts: experts that are
 * slow in one engine show where experts are much of the step. Gauss-Newton on that, each round a ridge
 * regression with the weights of residuals.ts; every trait below is a column, none is selected.
 *
 * Source: Nocedal and Wright 2006, "Numerical Optimization", 10.3 (Gauss-Newton); residuals.ts (weights)
 */
import {
  type Corrections,
  logLinear,
  NOTHING,
  type LogLinear,
  PARTS,
  shareTrait,
  type Traits,
} from "../estimate/index.ts";
import { groupWeights, type Residual, short } from "./residuals.ts";
import { solve } from "./_solve.ts";

export type PartLaws = Corrections["parts"];

/** What has a factor: each part, and all of them alike. */
const SCALED = [...PARTS, "whole"] as const;
type Scaled = (typeof SCALED)[number];

/**
 * Traits that a factor may look at. What is of all parts alike: stages, whose turns stretch them all, and formats of four
 * floating bits, whose models run on kernels of one generation.
 */
const MAY: Readonly<Record<Scaled, RegExp>> = {
  whole: /^experts \w*fp4$|^pipeline$/,
  experts: /^(engine|kind) |^(?!share )\S+ experts /,
  attention: /^(engine|kind) /,
  exchange: /^(engine|kind) |^unlinked$/,
  launch: /^(engine|kind) /,
  host: /^(engine|kind) /,
  rest: /^(engine|kind) /,
};

const ROUNDS = 8;
/** Share of a Gauss-Newton step that is taken: whole ones may overshoot where a part is small. */
const STRIDE = 0.7;
/** Effective groups that the prior of no effect counts as. */
const SHRINKAGE = 1;
/** ln of the error from which on the loss grows linearly. */
const SOFT = 0.1;
/** A factor above which a residual says that a condition is not recorded, not what it is. */
const ERROR_MAX = 1.6;
/** No part is held to be further off than this. */
const FACTOR_MAX = 1.2;

interface Column {
  readonly part: Scaled;
  readonly trait: string;
}

/** What parts as `parts` add to the logarithm of a time, by their shares of it in `traits`; the rest is as it is. */
export function partsShift(parts: PartLaws, traits: Traits): number {
  const whole = logLinear(parts.whole, traits);
  const added = PARTS.map(
    (part) => (traits[shareTrait(part)] ?? 0) * Math.expm1(logLinear(parts[part], traits) + whole),
  );
  return Math.log1p(added.reduce((sum, each) => sum + each, 0));
}

/** Factors nearest to what `residuals` leave. */
export function fitParts(residuals: readonly Residual[]): PartLaws {
  const columns = columnsOf(residuals);
  const groups = groupWeights(residuals);
  let effects = new Float64Array(columns.length);
  for (let round = 0; round < ROUNDS; round++) {
    const next = improved(residuals, groups, columns, effects);
    effects = effects.map((effect, at) => effect + STRIDE * ((next[at] as number) - effect));
  }
  return lawsOf(columns, effects, residuals);
}

function columnsOf(residuals: readonly Residual[]): readonly Column[] {
  const names = [...new Set(residuals.flatMap(({ traits }) => Object.keys(traits)))].toSorted();
  return SCALED.flatMap((part) =>
    names.filter((trait) => MAY[part].test(trait)).map((trait) => ({ part, trait })),
  );
}

/** Effects of one more round: the ridge regression on the parts' shares as `effects` leave them. */
function improved(
  residuals: readonly Residual[],
  groups: readonly number[],
  columns: readonly Column[],
  effects: Float64Array,
): Float64Array {
  const size = columns.length;
  const matrix = Array.from({ length: size }, () => new Float64Array(size));
  const right = new Float64Array(size);
  const laws = lawsOf(columns, effects, residuals);
  residuals.forEach(({ traits, error }, row) => {
    const shift = partsShift(laws, traits);
    const left = Math.max(-ERROR_MAX, Math.min(ERROR_MAX, error)) - shift;
    const weight = (groups[row] as number) / Math.sqrt(1 + (left / SOFT) ** 2);
    const entries = entriesOf(columns, traits, laws, shift);
    const target = entries.reduce((sum, [at, x]) => sum + x * (effects[at] as number), left);
    for (const [i, x] of entries) {
      right[i] = (right[i] as number) + weight * x * target;
      const line = matrix[i] as Float64Array;
      for (const [j, y] of entries) line[j] = (line[j] as number) + weight * x * y;
    }
  });
  matrix.forEach((line, at) => {
    line[at] = (line[at] as number) + SHRINKAGE;
  });
  return solve(matrix, right, 0);
}

/** Columns of a row that are not zero: a trait times the share that its part has now. */
function entriesOf(
  columns: readonly Column[],
  traits: Traits,
  laws: PartLaws,
  shift: number,
): readonly (readonly [at: number, value: number])[] {
  const whole = logLinear(laws.whole, traits);
  const ofParts = PARTS.map((part) => {
    const share = traits[shareTrait(part)] ?? 0;
    return [part, share * Math.exp(logLinear(laws[part], traits) + whole - shift)] as const;
  });
  const all = ofParts.reduce((sum, [, share]) => sum + share, 0);
  const shares: Readonly<Record<string, number>> = { ...Object.fromEntries(ofParts), whole: all };
  return columns.flatMap(({ part, trait }, at) => {
    const value = (traits[trait] ?? 0) * (shares[part] ?? 0);
    return value === 0 ? [] : [[at, value] as const];
  });
}

function lawsOf(
  columns: readonly Column[],
  effects: Float64Array,
  residuals: readonly Residual[],
): PartLaws {
  const laws = SCALED.map((part) => {
    const terms = columns.flatMap(({ part: of, trait }, at) => {
      if (of !== part) return [];
      const values = residuals.map(({ traits }) => traits[trait] ?? 0);
      const low = values.reduce((least, value) => Math.min(least, value), 0);
      const high = values.reduce((most, value) => Math.max(most, value), 0);
      return [[trait, { weight: short(effects[at] as number), low, high }] as const];
    });
    if (terms.length === 0) return [part, NOTHING] as const;
    const law = { intercept: 0, terms: Object.fromEntries(terms) };
    return [part, { ...law, low: -FACTOR_MAX, high: FACTOR_MAX }] as const;
  });
  return Object.fromEntries(laws) as Record<Scaled, LogLinear>;
}
