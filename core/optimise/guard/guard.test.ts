import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { graph, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { random, normal } from "../../random.ts";
import { ELEMENT } from "../tensor.ts";
import type { HostTensor, Tensors } from "../runner.ts";
import { judge, type Evidence } from "./guard.ts";
import { floatsTensor, numbersOf } from "./host-numbers.ts";
import { divergence, probabilities } from "./scores.ts";
import { cosineOf, overlap } from "./shapes.ts";
import { countToProve, shareOf } from "./share.ts";
import { taskOf } from "./task.ts";
import { decibelsWorst, tensorError } from "./tensor-error.ts";
import { editDistance, letterList } from "./text.ts";

const floats = (dims: readonly number[], values: readonly number[]): HostTensor =>
  floatsTensor(dims, Float32Array.from(values));

test("tensorError() of 3, 4 against 3, 4.5 is 20 dB", () => {
  // 25 of energy over 0.25 of error.
  const error = tensorError("y", [floats([2], [3, 4])], [floats([2], [3, 4.5])]);
  assert.ok(Math.abs(error.decibels - 20) < 1e-9);
  assert.equal(error.absoluteMax, 0.5);
  assert.equal(error.relativeMax, 0.125);
  assert.equal(error.equal, 0.5);
});

test("tensorError() loses 20 dB when every difference grows tenfold", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 9, noNaN: true }), { minLength: 2 }), (list) => {
      const noisy = (size: number) =>
        list.map((each, index) => each + (index % 2 === 0 ? size : 0));
      const at = (size: number) =>
        tensorError("y", [floats([list.length], list)], [floats([list.length], noisy(size))])
          .decibels;
      assert.ok(Math.abs(at(0.125) - at(1.25) - 20) < 1e-3);
    }),
  );
});

test("tensorError() names a shape, a type and a number that is none", () => {
  const wanted = [floats([2], [1, 2])];
  const whole = { type: ELEMENT.int32, dims: [2], bytes: new Uint8Array(8) };
  assert.match(tensorError("y", wanted, [floats([1, 2], [1, 2])]).fault ?? "", /shape \[1, 2\]/u);
  assert.match(tensorError("y", wanted, [whole]).fault ?? "", /element type 6 instead of 1/u);
  assert.match(tensorError("y", wanted, [floats([2], [1, Number.NaN])]).fault ?? "", /NaN/u);
  assert.match(tensorError("y", wanted, []).fault ?? "", /fewer samples/u);
});

test("tensorError() takes what is not finite in both alike as equal", () => {
  const list = [floats([3], [1, -Infinity, Number.NaN])];
  assert.equal(tensorError("y", list, list).decibels, 200);
});

test("decibelsWorst() is of floats: whole numbers are equal or not; a fault of either is 0", () => {
  const float = tensorError("y", [floats([2], [3, 4])], [floats([2], [3, 4.5])]);
  const whole = (label: number) => {
    const bytes = new Uint8Array(Int32Array.of(label).buffer);
    return [{ type: ELEMENT.int32, dims: [1], bytes }];
  };
  const label = tensorError("label", whole(1), whole(9000));
  assert.ok(Math.abs(decibelsWorst([label, float]) - 20) < 1e-9);
  assert.equal(decibelsWorst([label]), 200);
  assert.equal(decibelsWorst([float, tensorError("label", whole(1), [])]), 0);
});

test("numbersOf() reads halves: 0x3c00 is 1, 0xc000 is -2", () => {
  const bytes = Uint8Array.of(0, 0x3c, 0, 0xc0);
  assert.deepEqual(Array.from(numbersOf({ type: ELEMENT.half, dims: [2], bytes }) ?? []), [1, -2]);
});

test("numbersOf() of fewer bytes than the sizes say is null", () => {
  assert.equal(numbersOf({ type: ELEMENT.float, dims: [3], bytes: new Uint8Array(8) }), null);
});

test("shareOf() is Wilson's interval: 60 of 60 are at least 94 %, 8 of 10 lie in 49 to 94 %", () => {
  // Newcombe 1998, table I gives 81 of 263 as 0.2553 to 0.3662.
  assert.ok(Math.abs(shareOf(60, 60).lower - 0.9398) < 1e-4);
  const { lower, upper } = shareOf(81, 263);
  assert.ok(Math.abs(lower - 0.2553) < 1e-4 && Math.abs(upper - 0.3662) < 1e-4);
});

test("countToProve() of 99 % is 381, with which shareOf() proves it", () => {
  assert.equal(countToProve(0.99), 381);
  assert.ok(shareOf(381, 381).lower >= 0.99 && shareOf(380, 380).lower < 0.99);
});

test("divergence() of halves from a quarter and three is 0.1438 nats", () => {
  // ½ ln(½ ÷ ¼) + ½ ln(½ ÷ ¾)
  const found = divergence(Float64Array.of(0.5, 0.5), Float64Array.of(0.25, 0.75));
  assert.ok(Math.abs(found - 0.14384) < 1e-5);
});

test("probabilities() of 0 and ln 3 are a quarter and three", () => {
  const [low = 0] = probabilities(Float64Array.of(0, Math.log(3)));
  assert.ok(Math.abs(low - 0.25) < 1e-12);
});

test("letterList() reads a-ab as aab", () => {
  assert.deepEqual(letterList([1, 1, 0, 1, 2, 2], 0), [1, 1, 2]);
});

test("editDistance() of kitten and sitting is 3", () => {
  const letters = (word: string) => Array.from(word, (letter) => letter.codePointAt(0) ?? 0);
  assert.equal(editDistance(letters("kitten"), letters("sitting")), 3);
});

test("overlap() of unit squares half a side apart is a third", () => {
  assert.ok(Math.abs(overlap([0, 0, 1, 1], [0.5, 0, 1.5, 1]) - 1 / 3) < 1e-12);
});

test("cosineOf() of a diagonal and a side is the root of a half", () => {
  assert.ok(Math.abs(cosineOf([1, 1], [1, 0]) - Math.SQRT1_2) < 1e-12);
});

const ENDINGS: readonly (readonly [
  title: string,
  operator: string,
  dims: readonly number[],
  kind: string,
])[] = [
  ["probabilities of 1,000 classes", "Softmax", [1, 1000], "classes"],
  ["a product of 1,000 columns", "Gemm", [1, 1000], "classes"],
  ["a product of 384 columns", "Gemm", [1, 384], "embedding"],
  ["steps of 97 letters", "Softmax", [1, 40, 97], "text"],
  ["a map of shares", "Sigmoid", [1, 1, 64, 64], "mask"],
  ["one share", "Sigmoid", [1, 1], "marks"],
  ["8,400 boxes of 84 numbers", "Concat", [1, 84, 8400], "boxes"],
  ["a mean of 384 numbers", "ReduceMean", [1, 384], "embedding"],
  ["numbers by place", "Conv", [1, 3, 64, 64], "regression"],
];

for (const [title, operator, dims, kind] of ENDINGS) {
  test(`taskOf() of ${title} is ${kind}`, () => {
    const made = graph({
      input: [value("x", [1, 3])],
      node: [node(operator, "x", "a"), node("Identity", "a", "y")],
    });
    assert.equal(taskOf(made, "y", dims).kind, kind);
  });
}

test("taskOf() of scores over a vocabulary, of a graph that reads tokens, is tokens", () => {
  const made = graph({
    input: [value("ids", [1, 8], 7)],
    initializer: [weights("b", [50_257])],
    node: [node("MatMul", "ids w", "a"), node("Add", "a b", "logits")],
  });
  assert.equal(taskOf(made, "logits", [1, 8, 50_257]).kind, "tokens");
});

/** `count` samples of one output: `values` of each, and the same with an error of `size`. */
function evidence(
  given: Partial<Evidence> & {
    readonly operator: string;
    readonly dims: readonly number[];
    readonly count?: number;
    readonly values: (draw: () => number) => number;
    readonly error: (value: number, draw: () => number) => number;
  },
): Evidence {
  const { operator, dims, count = 8, values, error, ...more } = given;
  const draw = random(7);
  const total = dims.reduce((all, each) => all * each, 1);
  const pairs = Array.from({ length: count }, () => {
    const wanted = Array.from({ length: total }, () => values(draw));
    return { wanted, got: wanted.map((each) => error(each, draw)) };
  });
  const sample = (list: readonly number[]): Tensors => ({ y: floats(dims, list) });
  return {
    graph: graph({ input: [value("x", [1, 3])], node: [node(operator, "x", "y")] }),
    reference: pairs.map(({ wanted }) => sample(wanted)),
    candidate: pairs.map(({ got }) => sample(got)),
    level: "lossy",
    isGenerated: true,
    ...more,
  };
}

const noise = (decibels: number) => (value: number, draw: () => number) =>
  value + normal(draw) * 10 ** (-decibels / 20);

const LOGITS = { operator: "Gemm", dims: [1, 1000], values: normal } as const;

test("judge() accepts classes at 30 dB whose answers were too near to call", () => {
  const { isSound, reason } = judge(evidence({ ...LOGITS, error: noise(30) }));
  assert.ok(isSound, reason);
});

test("judge() accepts nothing below 20 dB, whatever the task", () => {
  const mine = { ...LOGITS, error: noise(18), isGenerated: false };
  const verdict = judge(evidence(mine));
  assert.equal(verdict.isSound, false);
  assert.match(verdict.reason, /less than 20 dB/u);
});

test("judge() asks 24 dB of generated samples", () => {
  assert.match(judge(evidence({ ...LOGITS, error: noise(22) })).reason, /less than 24 dB on gen/u);
  assert.ok(judge(evidence({ ...LOGITS, error: noise(22), isGenerated: false })).isSound);
});

test("judge() names the output that is furthest, where several are too far", () => {
  const one = evidence({ ...LOGITS, error: noise(22) });
  const two = evidence({ ...LOGITS, error: noise(12) });
  const both = (side: "reference" | "candidate") =>
    one[side].map((each, at) => ({ ...each, z: two[side][at]!["y"]! }));
  const pair = { ...one, reference: both("reference"), candidate: both("candidate") };
  assert.match(judge(pair).reason, /output "z" is 1[12]\.\d dB/u);
});

test("judge() refuses what one bad sample in eight could bring below 20 dB", () => {
  let index = 0;
  const first = (value: number, draw: () => number) => {
    index += 1;
    return index <= 1000 ? noise(15.2)(value, draw) : value;
  };
  const { isSound, reason } = judge(evidence({ ...LOGITS, error: first }));
  assert.equal(isSound, false);
  assert.match(reason, /24\.\d dB from the reference, and 8 samples cannot exclude 19\.\d dB/u);
});

test("judge() of a form that claims equal outputs asks 60 dB", () => {
  const at = (decibels: number) =>
    judge(evidence({ ...LOGITS, error: noise(decibels), level: "lossless" })).isSound;
  assert.deepEqual([at(50), at(70)], [false, true]);
});

test("judge() refuses a form whose bias was dropped", () => {
  const mine = { ...LOGITS, error: (each: number) => each - 0.1, level: "lossless" } as const;
  assert.equal(judge(evidence(mine)).isSound, false);
});

/** Lines of 38 letters and 2 blanks, each step sure; in four of 1,520 letters the candidate is surer of another. */
test("judge() refuses text that reads otherwise, though its outputs are 25 dB near", () => {
  let [place, changed] = [0, 0];
  const peak = () => {
    const [step, letter] = [Math.floor(place / 20), place % 20];
    place += 1;
    return letter === step % 20 ? 20 : 0;
  };
  const other = (each: number) => {
    changed += 1;
    return changed % 8000 === 7 ? 20.5 : each;
  };
  const mine = { operator: "MatMul", dims: [1, 40, 20], count: 40, values: peak } as const;
  const same = judge(evidence({ ...mine, error: (each) => each }));
  assert.ok(same.isSound, same.reason);
  const verdict = judge(evidence({ ...mine, error: other }));
  assert.match(verdict.reason, /edits a character 0\.00263 of 1520, more than 0\.002/u);
  assert.equal(verdict.tasks[0]?.kind, "text");
});

test("judge() of the user's samples refuses agreement that so few leave open", () => {
  const peak = (draw: () => number) => (draw() < 0.01 ? 20 : 0);
  const sure = { operator: "Softmax", dims: [1, 100], values: peak, error: noise(40) } as const;
  const few = judge(evidence({ ...sure, count: 12, isGenerated: false }));
  assert.match(
    few.reason,
    /clear answers 100 % of \d+ cannot exclude [\d.]+ %: it takes 35 for 90 %/u,
  );
  assert.ok(judge(evidence({ ...sure, count: 12 })).isSound);
  assert.ok(judge(evidence({ ...sure, count: 120, isGenerated: false })).isSound);
});

test("judge() refuses classes of which one clear answer in 40 is another, in percent", () => {
  let place = 0;
  const peak = () => (place++ % 1000 === 0 ? 20 : 15);
  let changed = 0;
  const other = (each: number) => {
    const at = changed++;
    return at === 5000 ? 15 : at === 5001 ? 20 : each;
  };
  const { reason } = judge(evidence({ ...LOGITS, count: 40, values: peak, error: other }));
  assert.match(reason, /clear answers 97\.5 % of 40, less than 99 %$/u);
});

test("judge() says of what is sound how far floats are, and of whole numbers that they are equal", () => {
  assert.match(judge(evidence({ ...LOGITS, error: noise(40) })).reason, /^(?:39|40)(?:\.\d)? dB/u);
  const bytes = new Uint8Array(Int32Array.of(1, 2).buffer);
  const outputs = Array.from({ length: 4 }, () => ({
    y: { type: ELEMENT.int32, dims: [2], bytes },
  }));
  const whole = { reference: outputs, candidate: outputs };
  assert.equal(judge({ ...evidence({ ...LOGITS, error: noise(40) }), ...whole }).reason, "equal");
});

test("judge() refuses a mask whose overlap falls below 99 %", () => {
  const mask = (draw: () => number) => draw();
  const mine = { operator: "Sigmoid", dims: [1, 1, 32, 32], values: mask } as const;
  assert.match(judge(evidence({ ...mine, error: (x) => x + 0.02 })).reason, /overlap at 0\.3/u);
  assert.ok(judge(evidence({ ...mine, error: (x) => x + 1e-4 })).isSound);
});

test("judge() refuses a candidate without numbers where the reference has some", () => {
  const mine = { ...LOGITS, error: () => Number.NaN };
  assert.match(judge(evidence(mine)).reason, /NaN where the reference has/u);
});

for (const [what, value] of [
  ["zeros", 0],
  ["no numbers", Number.NaN],
] as const) {
  test(`judge() refuses a lossy candidate whose reference gives ${what} on all samples`, () => {
    const mine = { ...LOGITS, values: () => value, error: (each: number) => each };
    const { isSound, reason } = judge(evidence(mine));
    assert.equal(isSound, false);
    assert.match(reason, /excludes nothing/u);
    assert.ok(judge(evidence({ ...mine, level: "lossless" })).isSound);
  });
}

test("judge() refuses a lossy candidate where nothing is found in any sample", () => {
  const mine = { ...LOGITS, dims: [0, 6], error: (each: number) => each };
  assert.match(judge(evidence(mine)).reason, /excludes nothing/u);
});

test("judge() refuses three samples, which exclude nothing", () => {
  assert.match(judge(evidence({ ...LOGITS, error: noise(40), count: 3 })).reason, /it takes 4/u);
});

test("judge() holds to a user's metric and how much of it may be lost", () => {
  const metric = (dropMax: number) => ({
    name: "sum",
    of: (all: readonly Tensors[]) =>
      all.reduce((sum, { y }) => sum + (numbersOf(y!)?.[0] ?? 0), 0) / all.length,
    dropMax,
  });
  const mine = { ...LOGITS, error: (each: number) => each - 0.001 };
  assert.ok(judge(evidence({ ...mine, metric: metric(0.01) })).isSound);
  assert.match(judge(evidence({ ...mine, metric: metric(0) })).reason, /sum falls by 0\.001/u);
});

test("judge() of an output of whole numbers asks that they are equal", () => {
  const whole = (values: readonly number[]): Tensors => ({
    y: {
      type: ELEMENT.int64,
      dims: [2],
      bytes: new Uint8Array(new BigInt64Array(values.map(BigInt)).buffer),
    },
  });
  const graphOf = graph({ input: [value("x", [1])], node: [node("ArgMax", "x", "y")] });
  const at = (got: readonly number[], level: "lossy" | "lossless") =>
    judge({
      graph: graphOf,
      reference: Array.from({ length: 4 }, () => whole([1, 2])),
      candidate: Array.from({ length: 4 }, () => whole(got)),
      level,
      isGenerated: true,
    }).isSound;
  assert.deepEqual(
    [at([1, 2], "lossless"), at([1, 3], "lossless"), at([1, 3], "lossy")],
    [true, false, false],
  );
});
