/** Where the fit of each law starts, and how strongly each number is held there. */
import { SHAPE_STARTS, type LawName, type Reach } from "../estimate/laws/index.ts";

export interface Start {
  readonly shape: Readonly<Record<string, number>>;
  readonly reach: Reach;
  /** Weight of a log distance of each number of the reach from its start, in residuals. */
  readonly held: Reach;
}

/** Holds a number in place: the law does not read it. */
const FIXED = 1e3;
/** Datasheet bandwidth is reached within a tenth or so by every long kernel, whatever the device. */
const TIGHT = 5;
const LOOSE = 0.3;

export function startOf(law: LawName): Start {
  return { shape: { ...SHAPE_STARTS[law] }, ...reachStart(law) };
}

function reachStart(law: LawName): Omit<Start, "shape"> {
  const [family] = law.split("/");
  switch (family) {
    case "matmul":
      return start([4500, 0.85, 0.82], [LOOSE, LOOSE, LOOSE]);
    case "experts":
      return start([15000, 0.7, 0.8], [LOOSE, LOOSE, 2]);
    case "attention":
      return law.endsWith("prefill")
        ? start([20000, 0.65, 0.8], [LOOSE, LOOSE, TIGHT])
        : start([15000, 0.5, 0.87], [LOOSE, 3, TIGHT]);
    case "scan":
      return start([12000, 0.05, 0.6], [LOOSE, LOOSE, 2]);
    case "elementwise":
      return start([4000, 1, 0.85], [LOOSE, FIXED, LOOSE]);
    default:
      return start([5, 1, law === "collective/hosted" ? 1 : 0.5], [LOOSE, FIXED, TIGHT]);
  }
}

type Three = readonly [number, number, number];

function start(reach: Three, held: Three): Omit<Start, "shape"> {
  return { reach: reachOf(reach), held: reachOf(held) };
}

function reachOf([overhead, compute, memory]: Three): Reach {
  return { overhead, compute, memory };
}
