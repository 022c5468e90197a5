import assert from "node:assert/strict";
import { test } from "node:test";
import { engine } from "./fixtures/round.ts";
import { decodeLine, type LaneCosts, moved, promptStep, promptWork } from "./lane.ts";
import { type StepCost, stepSize } from "./step-cost.ts";
import type { OperatorTime } from "./types.ts";

/** A step of 10 ms, a millisecond a prompt token, and 0.1 ms a decoding sequence. */
const cost: StepCost = {
  rest: () => 0,
  attention: () => 0,
  host: () => 0,
  time: (step) => {
    const { tokens } = stepSize(step);
    const decodes = step.segments.filter(({ query }) => query === 1);
    const running = decodes.reduce((sum, { sequences }) => sum + sequences, 0);
    return 0.01 + 0.001 * (tokens - running) + 0.0001 * running;
  },
  operators: () => [],
};

const shape = { fresh: 1000, cached: 200, output: 100, variation: 0, context: 1250, reading: 0 };
const costs: LaneCosts = { cost, engine: { ...engine, stepTokensMax: 500 }, shape, groups: 1 };
const point = { running: 100, joined: 1 };

test("decodeLine() is the line through full and half-full steps", () => {
  const { base, slope } = decodeLine(costs, 100);
  assert.ok(Math.abs(base - 0.01) < 1e-12);
  assert.ok(Math.abs(slope - 0.0001) < 1e-12);
});

test("decodeLine() of one sequence is flat", () => {
  assert.equal(decodeLine(costs, 1).slope, 0);
});

test("moved() passes through the decode step it is moved to", () => {
  const { base, slope } = moved({ base: 5, slope: 0.001 }, costs, 50);
  assert.ok(Math.abs(base + slope * 50 - 0.015) < 1e-12);
});

/** A tenth more sequences than one, and a step of another kernel. */
const leaping: LaneCosts = {
  ...costs,
  cost: { ...cost, time: ({ segments: [first] }) => ((first?.sequences ?? 0) > 1 ? 0.014 : 0.01) },
};

test("decodeLine() takes a leap just above one sequence for the way to two", () => {
  const line = decodeLine(leaping, 1.1);
  assert.ok(Math.abs(line.slope - 0.004) < 1e-12, `${line.slope}`);
  assert.ok(moved(line, leaping, 1).base > 0);
});

test("promptStep() cuts 1,000 tokens into 3 chunks where decodes leave 400 of 500", () => {
  const [prompt, decode] = promptStep(costs, point).segments;
  assert.deepEqual(prompt, { sequences: 1, query: 1000 / 3, prefix: 200 + 1000 / 3 });
  assert.deepEqual(decode, { sequences: 100, query: 1, prefix: 1249 });
});

test("promptWork() is what chunks add to decode steps", () => {
  const work = promptWork(costs, point);
  assert.equal(work.chunks, 3);
  assert.equal(work.together, 1);
  assert.ok(Math.abs(work.added - 1) < 1e-9, `${work.added}`);
  assert.equal(work.stall, work.added);
});

test("promptWork() adds what reading its pictures takes, once a prompt", () => {
  const work = promptWork({ ...costs, shape: { ...shape, reading: 0.25 } }, point);
  assert.ok(Math.abs(work.added - 1.25) < 1e-9, `${work.added}`);
});

test("promptWork() of an engine that computes prompts alone is whole steps of prompts", () => {
  const alone = { ...costs, engine: { ...costs.engine, promptsAlone: true } };
  const work = promptWork(alone, point);
  assert.equal(work.chunks, 2);
  assert.ok(Math.abs(work.added - (1 + 2 * 0.01)) < 1e-9);
  assert.equal(promptStep(alone, point).segments.length, 1);
});

test("promptWork() shares a step among prompts that join, up to those that fit", () => {
  const roomy = { ...costs, engine: { ...engine, stepTokensMax: 4100 } };
  const work = promptWork(roomy, { running: 100, joined: 9 });
  assert.equal(work.together, 4);
  assert.equal(promptStep(roomy, { running: 100, joined: 9 }).segments[0]?.sequences, 4);
  assert.ok(Math.abs(work.added - 1) < 1e-9);
});

test("promptWork() stalls all attention groups: eight times for rare prompts, once for ever-present ones", () => {
  const grouped = { ...costs, groups: 8 };
  const rare = promptWork(grouped, { running: 100, joined: 1e-6 });
  const always = promptWork(grouped, { running: 100, joined: 20 });
  assert.ok(Math.abs(rare.stall / rare.added - 8) < 1e-3);
  assert.equal(always.stall, always.added);
});

test("promptWork() of long prompts stalls groups as often as there are chunks: three in a hundred steps meet others' chunks", () => {
  const grouped = { ...costs, groups: 8 };
  const { chunks, stall, added } = promptWork(grouped, { running: 100, joined: 0.01 });
  assert.equal(chunks, 3);
  assert.ok(Math.abs(stall / added - (1 - Math.exp(-0.24)) / 0.03) < 1e-9, `${stall / added}`);
});

test("promptWork() of rare prompts gathered over many steps stalls groups once, not eight times", () => {
  const gathering = { ...engine, stepTokensMax: 500, pollSteps: 60 };
  const rare = { running: 100, joined: 1 / 60 };
  const { stall, added } = promptWork({ ...costs, engine: gathering, groups: 8 }, rare);
  assert.ok(Math.abs(stall / added - 1) < 0.02, `${stall / added}`);
});

test("promptWork() counts experts that groups share once: half a step in them is a stall of 4.5 of 8, of all 8 where groups are padded", () => {
  const timed = (name: string, kind: "grouped-matmul" | "matmul") =>
    ({ operator: { name, count: 1, work: { kind } }, time: 0.5 }) as unknown as OperatorTime;
  const operators = () => [
    timed("experts/routed", "grouped-matmul"),
    timed("attention/qkv", "matmul"),
  ];
  const grouped = { ...costs, cost: { ...cost, operators }, groups: 8 };
  const rare = promptWork(grouped, { running: 100, joined: 1e-6 });
  assert.ok(Math.abs(rare.stall / rare.added - 4.5) < 1e-3);
  const padded = promptWork(
    { ...grouped, engine: { ...engine, groupsPadded: true } },
    { running: 100, joined: 1e-6 },
  );
  assert.ok(Math.abs(padded.stall / padded.added - 8) < 1e-3);
});
