/**
 * A step cost that can be asked millions of times: each part on a grid, straight lines in between.
 *
 * Knots lie every eighth of an octave along tokens, every quarter along lengths and sequences, and at each whole number below 8. Between
 * knots a step's parts bend less than their laws are uncertain: a square is off by (2^(1/4) − 1)²/4, under 1 %; only the edge of a tile
 * is blurred. Heads depend on sequences and nothing else, so `rest` is a function of tokens plus one of sequences.
 *
 * Source: notes/032-modelling.md, 6; error of linear interpolation, any textbook of numerical analysis
 */
import type { Segment } from "../operators/index.ts";
import { power } from "../power.ts";
import type { Seconds } from "../units.ts";
import type { StepCost, StepSize } from "./step-cost.ts";

const KNOTS_PER_OCTAVE = { tokens: 8, lengths: 4 };
/** Below it every whole number is a knot. */
const DENSE = 8;

export function gridded(cost: StepCost): StepCost {
  const byTokens = line(KNOTS_PER_OCTAVE.tokens, (tokens) => cost.rest({ tokens, sequences: 1 }));
  const byHeads = line(
    KNOTS_PER_OCTAVE.tokens,
    (sequences) =>
      cost.rest({ tokens: sequences, sequences }) - cost.rest({ tokens: sequences, sequences: 1 }),
  );
  const decodes = surface((sequences, prefix) => cost.attention({ sequences, query: 1, prefix }));
  const prompts = new Map<number, Surface>();
  const rest = ({ tokens, sequences }: StepSize) => byTokens(tokens) + byHeads(sequences);
  const verified = new Map<number, Surface>();
  const attention = ({ sequences, query, prefix, drafted }: Segment) => {
    if (drafted !== undefined) {
      const known = verified.get(drafted) ?? surface(verifying(cost, drafted));
      verified.set(drafted, known);
      return known(sequences, prefix);
    }
    if (query === 1) return decodes(sequences, prefix);
    let known = prompts.get(sequences);
    if (known === undefined) {
      known = surface((query, prefix) => cost.attention({ sequences, query, prefix }));
      prompts.set(sequences, known);
    }
    return known(query, prefix);
  };
  return {
    rest,
    attention,
    host: cost.host,
    time: ({ segments }) => {
      let tokens = 0;
      let sequences = 0;
      let asked = 0;
      let time = 0;
      for (const segment of segments) {
        tokens += segment.sequences * segment.query;
        sequences += segment.sequences;
        asked += segment.sequences * (1 + (segment.drafted ?? 0));
        time += attention(segment);
      }
      return time + rest({ tokens, sequences: asked }) + cost.host({ tokens, sequences });
    },
    operators: cost.operators,
  };
}

function verifying(cost: StepCost, drafted: number): Surface {
  return (sequences, prefix) => cost.attention({ sequences, query: 1 + drafted, prefix, drafted });
}

type Line = (x: number) => Seconds;
type Surface = (x: number, y: number) => Seconds;

function line(perOctave: number, compute: Line): Line {
  const known: number[] = [];
  const at = (index: number) => (known[index] ??= compute(knot(index, perOctave)));
  return (x) => {
    const { index, part } = place(x, perOctave);
    const low = at(index);
    return part === 0 ? low : low + part * (at(index + 1) - low);
  };
}

function surface(compute: Surface): Surface {
  const perOctave = KNOTS_PER_OCTAVE.lengths;
  const rows: Line[] = [];
  const row = (index: number) =>
    (rows[index] ??= line(perOctave, (y) => compute(knot(index, perOctave), y)));
  return (x, y) => {
    const { index, part } = place(x, perOctave);
    const low = row(index)(y);
    return part === 0 ? low : low + part * (row(index + 1)(y) - low);
  };
}

/** Knots: 0, 1, 2 ... 8, then `perOctave` an octave. */
function knot(index: number, perOctave: number): number {
  return index <= DENSE ? index : DENSE * power(2, (index - DENSE) / perOctave);
}

/** The knot at or below `x`, and how far `x` is towards the next. */
function place(x: number, perOctave: number): { readonly index: number; readonly part: number } {
  const exactly = x <= DENSE ? x : DENSE + perOctave * Math.log2(x / DENSE);
  const index = Math.floor(exactly);
  const low = knot(index, perOctave);
  return { index, part: (x - low) / (knot(index + 1, perOctave) - low) };
}
