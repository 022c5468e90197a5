/** Two subjects and a control in one process, turn by turn. */
import { pairedRatio, sampleMedian, type Comparison } from "../../core/optimise/index.ts";
import { random } from "../../core/random.ts";
import { opened, type Engine, type Opened } from "./_engine.ts";
import type { JobSubject } from "./_job.ts";
import { pressureWatch } from "./_pressure.ts";
import { slot, timing, warmed, type Run } from "./_turns.ts";

/** Rounds that are aimed at, each with new sessions, and how little of one its preparation should be. */
const ROUNDS = 6;
const PREPARATION_SHARE = 1 / 3;
/** Rounds that are taken even where the budget is over, unless it is over twice. */
const ROUNDS_MIN = 2;
/** Blocks of a round that are taken even where its time is over: of models that take seconds, all that there are. */
const BLOCKS_MIN = 4;
/** Blocks of a round that are aimed at, each long enough for the clock. */
const BLOCKS = 20;
const SLOT_MIN = 0.01;
/** Of a round, what warming up one session may take. */
const WARM_SHARE = 0.1;

/** Runs of one block, by subject: before, after, control. */
type Block = readonly [readonly Run[], readonly Run[], readonly Run[]];

interface Pair {
  readonly before: JobSubject;
  readonly after: JobSubject;
  /** Seconds. */
  readonly budget: number;
}

/** Rounds of blocks: sessions are made anew for each round, since one keeps its luck with memory while it lives. */
export async function compared(
  engine: Engine,
  { before, after, budget }: Pair,
): Promise<Comparison> {
  const draw = random(1);
  const pressure = pressureWatch();
  const whole = stopwatch();
  let ready: Opened | null = await opened(engine, before);
  const [{ wall } = { wall: 0 }] = await slot(ready, 0, 1);
  if (wall > LONG) {
    const isOver = () => whole() > budget;
    const blocks = await alternated([ready, await opened(engine, after)], isOver);
    return told([blocks], pressure());
  }
  const rounds: (readonly Block[])[] = [];
  let length = budget / ROUNDS;
  while (
    rounds.length === 0 ||
    whole() + length <= budget ||
    (rounds.length < ROUNDS_MIN && whole() < 2 * budget)
  ) {
    const own = stopwatch();
    const subjects = await openedInTurn(engine, [before, after, before], { ready, draw });
    ready = null;
    const typical: number[] = [];
    for (const each of subjects) typical.push(await warmed(each, length * WARM_SHARE));
    length = Math.max(length, Math.min(own() / PREPARATION_SHARE, budget / ROUNDS_MIN));
    const slotLength = Math.max(SLOT_MIN, (length - own()) / BLOCKS / subjects.length);
    const count = Math.max(1, Math.round(slotLength / Math.max(...typical)));
    rounds.push(await blocksOf(subjects, { count, draw, isOver: () => own() > length }));
    for (const { session } of subjects) await session.release();
  }
  return told(rounds, pressure());
}

/** A first run of so many seconds is long. */
const LONG = 1;

/**
 * Blocks of two subjects whose runs are long, each in one session: first, second, first and so on, the first's runs
 * between two of the second in both their blocks.
 */
async function alternated(
  [first, second]: readonly [Opened, Opened],
  isOver: () => boolean,
): Promise<readonly Block[]> {
  await slot(second, 0, 1);
  const blocks: Block[] = [];
  let last = await slot(first, 0, 1);
  while (blocks.length < BLOCKS_MIN ? !isHopeless(blocks) : !isOver()) {
    const other = await slot(second, 0, 1);
    const next = await slot(first, 0, 1);
    // Who comes first changes, so that what drifts evenly cancels.
    blocks.push(blocks.length % 2 === 0 ? [last, other, next] : [next, other, last]);
    last = next;
  }
  return blocks;
}

/** Seconds since. */
function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1e3;
}

type Subjects = readonly [Opened, Opened, Opened];

/**
 * Opened in a drawn order, so that who came first to the memory is nobody's for good. One of the first subject may be
 * ready: it becomes that one or its control.
 */
async function openedInTurn(
  engine: Engine,
  subjects: readonly [JobSubject, JobSubject, JobSubject],
  { ready, draw }: { readonly ready: Opened | null; readonly draw: () => number },
): Promise<Subjects> {
  const order = shuffled([0, 1, 2] as const, draw);
  const taken = order.find((place) => place !== 1);
  const places = new Map<number, Opened>();
  for (const place of order) {
    const isReady = ready !== null && place === taken;
    places.set(place, isReady ? ready : await opened(engine, subjects[place]));
  }
  const at = (place: number) => places.get(place) as Opened;
  return [at(0), at(1), at(2)];
}

/**
 * Blocks in which each subject has its turn, on the same feeds. Every second one is the mirror of the one before (A B C,
 * C B A), so that what drifts evenly cancels; who comes first changes, so that being first, or twice in a row, favours
 * nobody.
 */
async function blocksOf(
  subjects: Subjects,
  given: {
    readonly count: number;
    readonly draw: () => number;
    readonly isOver: () => boolean;
  },
): Promise<readonly Block[]> {
  const { count, draw, isOver } = given;
  const blocks: Block[] = [];
  let order: readonly (0 | 1 | 2)[] = [];
  while (blocks.length < BLOCKS_MIN ? !isHopeless(blocks) : !isOver()) {
    order = blocks.length % 2 === 0 ? shuffled([0, 1, 2] as const, draw) : order.toReversed();
    blocks.push(await block(subjects, order, { count, first: count * blocks.length }));
  }
  return blocks;
}

/** Of a subject that takes so much longer by both clocks, in every one of so many blocks, there is nothing more to know. */
const HOPELESS = [2, 1.2] as const;

function isHopeless(blocks: readonly Block[]): boolean {
  const least = HOPELESS[blocks.length - 1];
  if (least === undefined) return false;
  return blocks.every(([before, after]) =>
    (["wall", "cpu"] as const).every(
      (clock) => middle(after, clock) > least * middle(before, clock),
    ),
  );
}

async function block(
  subjects: Subjects,
  order: readonly (0 | 1 | 2)[],
  { count, first }: { readonly count: number; readonly first: number },
): Promise<Block> {
  const runs: [readonly Run[], readonly Run[], readonly Run[]] = [[], [], []];
  for (const which of order) runs[which] = await slot(subjects[which], first, count);
  return runs;
}

function shuffled<T>(items: readonly T[], draw: () => number): readonly T[] {
  return items
    .map((item) => ({ item, key: draw() }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

function told(rounds: readonly (readonly Block[])[], pressure: number | null): Comparison {
  const blocks = rounds.flat();
  const ratio = (other: 1 | 2, clock: keyof Run) =>
    pairedRatio(
      rounds.map((own) =>
        own.map((each) => [middle(each[0], clock), middle(each[other], clock)] as const),
      ),
    );
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
