/** Sizes that a graph leaves open, and what to take for them where nobody says. */
import type { GraphProto } from "onnx-buf";

export interface OpenSize {
  /** It counts samples or sequences, which are alike: one is enough to count on. */
  readonly isBatch: boolean;
  /** Smallest size to count on: of an image, else of a sequence. */
  readonly least: number;
}

/** Sides of an image as classifiers take it, and tokens or samples of a short sequence. */
const IMAGE = 224;
const SEQUENCE = 128;
/** Doublings tried before the sizes are held not to be the cause. */
const DOUBLINGS = 8;

/** What exporters call it. */
const BATCH = /batch|^(?:b|n|bs)$/iu;

/** By name; sizes without one are named by their input and axis, as in "input.1". */
export function openSizes(graph: GraphProto): ReadonlyMap<string, OpenSize> {
  const held = new Set(graph.initializer.map(({ name }) => name));
  const open = new Map<string, OpenSize>();
  for (const { name, type } of graph.input) {
    if (held.has(name) || type?.value.case !== "tensorType") continue;
    const dims = type.value.value.shape?.dim ?? [];
    const [first] = dims;
    const leads = first?.value.case !== "dimValue";
    const placed = leads ? 0 : dims.length === 3 && first.value.value !== 1n ? 1 : -1;
    const batch = dims.findIndex(({ value }) => BATCH.test(String(value.value ?? "")));
    // Recurrent layers take steps first: [T, B, 80].
    const batchAxis = batch === -1 ? placed : batch;
    for (const [axis, { value }] of dims.entries()) {
      if (value.case === "dimValue") continue;
      const named = value.case === "dimParam" && value.value !== "" ? value.value : null;
      const isBatch = axis === batchAxis || /batch/iu.test(named ?? "");
      const least =
        dims.length === 4 && axis > 0 && !/seq|len|past/iu.test(named ?? "") ? IMAGE : SEQUENCE;
      for (const own of symbolsOf(named) ?? [`${name}.${axis}`]) {
        const before = open.get(own);
        open.set(own, {
          isBatch: isBatch || before?.isBatch === true,
          least: before?.least ?? least,
        });
      }
    }
  }
  return open;
}

/** Names of the open sizes that count samples: a batch is all of them. */
export function batchSizes(graph: GraphProto): readonly string[] {
  return [...openSizes(graph)].flatMap(([name, { isBatch }]) => (isBatch ? [name] : []));
}

/** Names in a size such as "past + 1". */
function symbolsOf(name: string | null): readonly string[] | null {
  if (name === null) return null;
  const terms = name.split("+").map((term) => term.trim().replace(/^\d+\s*\*\s*/u, ""));
  const isSum = terms.every((term) => /^[A-Za-z_][\w.]*$|^\d+$/u.test(term)) && terms.length <= 8;
  return isSum ? terms.filter((term) => !/^\d+$/u.test(term)) : [name];
}

/** Sizes as given, the others assumed: first at their least, then doubled again and again. */
export function sizesTried(
  open: ReadonlyMap<string, OpenSize>,
  given: Readonly<Record<string, number>>,
): readonly ReadonlyMap<string, number>[] {
  const isFixed = [...open].every(([name, { isBatch }]) => isBatch || Object.hasOwn(given, name));
  return Array.from({ length: isFixed ? 1 : DOUBLINGS }, (_, doublings) => {
    const sizes = [...open].map(([name, { isBatch, least }]): [string, number] => [
      name,
      given[name] ?? (isBatch ? 1 : least * 2 ** doublings),
    ]);
    return new Map(sizes);
  });
}
