/** Sums over letters: the shape of the result, and the matrix product that the sum is. */
import type { Dim } from "./_dim.ts";
import type { GraphNode } from "./_graph-node.ts";
import { broadcast } from "./_value.ts";

interface Terms {
  readonly inputs: readonly (readonly string[])[];
  readonly output: readonly string[];
}

/** Letters of each term, dots of an ellipsis as "0", "1" and so on from the last. */
function termsOf(node: GraphNode, ranks: readonly number[]): Terms | null {
  const [left = "", right] = node.text("equation", "").replaceAll(" ", "").split("->");
  const terms = left.split(",");
  if (terms.length !== ranks.length) {
    node.refuse(`an equation of ${ranks.length} terms`, left);
    return null;
  }
  const inputs = terms.map((term, index) => spread(term, ranks[index] ?? 0));
  const hidden = longest(inputs.map((term) => term.filter((letter) => /\d/u.test(letter))));
  const output =
    right === undefined ? implied(inputs, hidden) : spread(right, right.length - 3 + hidden.length);
  return { inputs, output };
}

function spread(term: string, rank: number): readonly string[] {
  const [before = "", after] = term.split("...");
  if (after === undefined) return [...before];
  const count = Math.max(0, Math.min(rank - before.length - after.length, 16));
  const dots = Array.from({ length: count }, (_, index) => String(count - 1 - index));
  return [...before, ...dots, ...after];
}

/** Without an arrow: the dots, then letters that stand once, in their order. */
function implied(
  inputs: readonly (readonly string[])[],
  dots: readonly string[],
): readonly string[] {
  const letters = inputs.flat().filter((letter) => !/\d/u.test(letter));
  const once = letters.filter((letter) => letters.filter((each) => each === letter).length === 1);
  return [...dots, ...once.toSorted()];
}

function longest(lists: readonly (readonly string[])[]): readonly string[] {
  return lists.reduce((best, each) => (each.length > best.length ? each : best), []);
}

function sizesOf(terms: Terms, shapes: readonly (readonly Dim[])[]): ReadonlyMap<string, Dim> {
  const sizes = new Map<string, Dim>();
  for (const [index, term] of terms.inputs.entries()) {
    for (const [axis, letter] of term.entries()) {
      const size = shapes[index]?.[axis] ?? 1;
      const known = sizes.get(letter);
      sizes.set(letter, known === undefined ? size : (broadcast([[known], [size]])?.[0] ?? size));
    }
  }
  return sizes;
}

export function einsumShape(
  node: GraphNode,
  shapes: readonly (readonly Dim[])[],
): readonly Dim[] | null {
  const terms = termsOf(
    node,
    shapes.map((shape) => shape.length),
  );
  if (terms === null) return null;
  const sizes = sizesOf(terms, shapes);
  return terms.output.map((letter) => sizes.get(letter) ?? 1);
}

/** The sum of two terms as `batch` products [m, k] · [k, n]; of one or many terms, null. */
export function einsumProduct(
  node: GraphNode,
  shapes: readonly (readonly Dim[])[],
): { readonly m: number; readonly n: number; readonly k: number; readonly batch: number } | null {
  const terms = termsOf(
    node,
    shapes.map((shape) => shape.length),
  );
  const [a, b, more] = terms?.inputs ?? [];
  if (terms === null || a === undefined || b === undefined || more !== undefined) return null;
  const sizes = sizesOf(terms, shapes);
  const counts = { m: 1, n: 1, k: 1, batch: 1 };
  for (const [letter, size] of sizes) {
    if (typeof size !== "number") return null;
    const isKept = terms.output.includes(letter);
    const [inA, inB] = [a.includes(letter), b.includes(letter)];
    counts[isKept ? (inA && inB ? "batch" : inA ? "m" : "n") : "k"] *= size;
  }
  return counts;
}
