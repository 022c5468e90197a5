/** Two subjects and a control in one process, turn by turn. */
import { pairedRatio, sampleMedian, type Comparison } from "../../core/optimise/index.ts";
import { random } from "../../core/random.ts";
import { opened, type Engine, type Opened } from "./_engine.ts";
import type { JobSubject } from "./_job.ts";
import { pressureWatch } from "./_pressure.ts";
import { slot, timing, warmed, type Run } from "./_turns.ts";

/** Of the budget, what warming up may take. */
const WARM_SHARE = 0.15;
/** Blocks that are aimed at: enough for a bootstrap, each long enough for the clock. */
const BLOCKS = 60;
const SLOT_MIN = 0.005;
/** Blocks that are taken even where the budget is over, unless it is over twice. */
const BLOCKS_MIN = 6;

/** Runs of one block, by subject: before, after, control. */
type Block = readonly [readonly Run[], readonly Run[], readonly Run[]];

export async function compared(
  engine: Engine,
  {
    before,
    after,
    budget,
  }: { readonly before: JobSubject; readonly after: JobSubject; readonly budget: number },
): Promise<Comparison> {
  const start = performance.now();
  const subjects = [
    await opened(engine, before),
    await opened(engine, after),
    await opened(engine, before),
  ] as const;
  const spent = () => (performance.now() - start) / 1e3;
  const typical: number[] = [];
  for (const each of subjects) typical.push(await warmed(each, budget * WARM_SHARE));
  const length = Math.max(SLOT_MIN, (budget - spent()) / (BLOCKS * subjects.length * 2));
  const count = Math.max(1, Math.round(length / Math.max(...typical)));
  const pressure = pressureWatch();
  const blocks: Block[] = [];
  const draw = random(1);
  while (
    blocks.length === 0 ||
    spent() < budget ||
    (blocks.length < BLOCKS_MIN && spent() < 2 * budget)
  ) {
    const order = shuffled([0, 1, 2] as const, draw);
    blocks.push(await block(subjects, order, { count, first: 2 * count * blocks.length }));
  }
  return told(blocks, pressure());
}

/**
 * Each subject twice on the same feeds, mirrored (A B C C B A), so that what drifts evenly cancels. Who comes first
 * changes from block to block, so that being first, or twice in a row, favours nobody.
 */
async function block(
  subjects: readonly [Opened, Opened, Opened],
  order: readonly (0 | 1 | 2)[],
  { count, first }: { readonly count: number; readonly first: number },
): Promise<Block> {
  const runs: [Run[], Run[], Run[]] = [[], [], []];
  for (const which of [...order, ...order.toReversed()]) {
    const own = runs[which];
    own.push(...(await slot(subjects[which], first + own.length, count)));
  }
  return runs;
}

function shuffled<T>(items: readonly T[], draw: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: draw() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function told(blocks: readonly Block[], pressure: number | null): Comparison {
  const ratio = (other: 1 | 2, clock: keyof Run) =>
    pairedRatio(blocks.map((each) => [middle(each[0], clock), middle(each[other], clock)]));
  return {
    before: timing(blocks.flatMap(([runs]) => runs)),
    after: timing(blocks.flatMap(([, runs]) => runs)),
    ratio: ratio(1, "wall"),
    cpuRatio: ratio(1, "cpu"),
    control: ratio(2, "wall"),
    cpuControl: ratio(2, "cpu"),
    blocks: blocks.length,
    pressure,
  };
}

function middle(runs: readonly Run[], clock: keyof Run): number {
  return sampleMedian(runs.map((run) => run[clock]));
}
