/** Texts as samples: numbers of words cut into pieces as long as the input, with masks of what is text. */
import type { Tensors } from "../runner.ts";
import { elementCount } from "../tensor.ts";
import { encoded, generatedSamples } from "./generate.ts";
import type { InputRole, ModelInput } from "./input.ts";

/** Where other inputs, as of a cache, are made up from. */
const SEED = 5;

/**
 * Pieces of `texts`, a row of the first input of tokens each; what a text is too short for is `padding`, and masked.
 * Where there is no mask, pieces that would need padding are left out, but for the first of a text. Inputs that follow
 * from tokens (masks, places, kinds of text) are set, others are made up.
 *
 * Null of a model that takes no tokens, and of texts with numbers beyond its words.
 */
export function tokenSamples(
  texts: readonly (readonly number[])[],
  inputs: readonly ModelInput[],
  padding = 0,
): readonly Tensors[] | null {
  const tokens = inputs.find(({ role }) => role === "tokens");
  const length = tokens?.dims.at(-1);
  if (tokens === undefined || length === undefined || length === 0) return null;
  const isKnown = (word: number) => word >= 0 && (tokens.range <= 2 || word < tokens.range);
  if (!texts.every((text) => text.every(isKnown))) return null;
  const hasMask = inputs.some(({ role }) => role === "mask");
  const pieces = texts.flatMap((text) => piecesOf(text, length, hasMask));
  const rows = elementCount(tokens.dims) / length;
  const made = generatedSamples(inputs, Math.ceil(pieces.length / rows), SEED);
  return made.map((sample, index) => {
    const own = Array.from(
      { length: rows },
      (_, row) => pieces[(index * rows + row) % pieces.length] ?? [],
    );
    return { ...sample, ...written(inputs, { pieces: own, length, padding }) };
  });
}

function piecesOf(
  text: readonly number[],
  length: number,
  hasMask: boolean,
): readonly (readonly number[])[] {
  const starts = Array.from({ length: Math.ceil(text.length / length) }, (_, at) => at * length);
  const pieces = starts.map((start) => text.slice(start, start + length));
  return pieces.filter((piece, at) => at === 0 || hasMask || piece.length === length);
}

interface Rows {
  readonly pieces: readonly (readonly number[])[];
  readonly length: number;
  readonly padding: number;
}

/** What stands at a place of a row. A mask longer than the row begins with what came before, which counts. */
const VALUES: Partial<
  Record<InputRole, (row: readonly number[], at: number, rows: Rows) => number>
> = {
  tokens: (row, at, { padding }) => row[at] ?? padding,
  mask: (row, at) => (at < row.length ? 1 : 0),
  zeros: () => 0,
};

function written(inputs: readonly ModelInput[], rows: Rows): Tensors {
  const made = inputs.flatMap((input) => {
    const valueAt = VALUES[input.role];
    const { name, type, dims } = input;
    const width = dims.at(-1) ?? 0;
    const before = width - rows.length;
    if (valueAt === undefined || elementCount(dims) !== rows.pieces.length * width || before < 0) {
      return [];
    }
    const values = rows.pieces.flatMap((row) =>
      Array.from({ length: width }, (_, at) => (at < before ? 1 : valueAt(row, at - before, rows))),
    );
    return [[name, { type, dims, bytes: encoded(type, Float64Array.from(values)) }] as const];
  });
  return Object.fromEntries(made);
}
