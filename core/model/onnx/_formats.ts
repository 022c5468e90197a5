/** Number formats of a graph: those of most of its arithmetic, and of each node that has others. */
import type { Numerics } from "../../precision.ts";
import { nodeMacs } from "../network-size.ts";
import type { NetworkNode } from "../network.ts";
import type { Emitted } from "./_emitted.ts";
import type { Formats } from "./_work.ts";

/** The nodes as a network has them. Where nothing multiplies, the formats that move most values count. */
export function networkFormats(emitted: readonly Emitted[]): {
  readonly nodes: readonly NetworkNode[];
  readonly numerics: Numerics;
} {
  const known = new Map<string, { readonly numerics: Numerics; macs: number; moved: number }>();
  const keys = emitted.map((each) => {
    const key = keyOf(each.formats);
    const entry = known.get(key) ?? { numerics: numericsOf(each.formats), macs: 0, moved: 0 };
    entry.macs += nodeMacs(each);
    entry.moved += each.work.kind === "elementwise" ? each.count * each.work.written : 0;
    known.set(key, entry);
    return key;
  });
  const [most] = [...known].toSorted(([, a], [, b]) => b.macs - a.macs || b.moved - a.moved);
  const [ownKey, own] = most ?? ["", { numerics: numericsOf(PLAIN) }];
  const nodes = emitted.map(({ name, count, parameters, shared, work, isUnmodelled }, index) => {
    const key = keys[index] ?? ownKey;
    const numerics = known.get(key)?.numerics;
    return {
      name,
      count,
      parameters,
      ...(shared ? { shared } : {}),
      work,
      ...(key === ownKey || numerics === undefined ? {} : { numerics }),
      ...(isUnmodelled ? { isUnmodelled } : {}),
    };
  });
  return { nodes, numerics: own.numerics };
}

const PLAIN: Formats = {
  weights: { name: "fp32", bits: 32 },
  activations: { name: "fp32", bits: 32 },
  compute: "fp32",
};

function keyOf({ weights, activations, compute }: Formats): string {
  return [weights.name, weights.bits, activations.name, compute].join(" ");
}

function numericsOf({ weights, activations, compute }: Formats): Numerics {
  const name =
    weights.name === activations.name ? weights.name : `${weights.name} × ${activations.name}`;
  return {
    name,
    linear: weights,
    experts: weights,
    embedding: weights,
    head: weights,
    activations,
    kv: activations,
    compute: { linear: compute, experts: compute, head: compute, attention: compute },
  };
}
