/** Work done again and again against a clock. */

/** Seconds since some moment. */
export type Clock = () => number;

function wallSeconds(): number {
  return performance.now() / 1000;
}

/** Something that can be repeated. */
export interface Chore {
  /** Does it so many times; gives the seconds it took where a clock of its own says. */
  readonly run: (times: number) => number | void | Promise<number | void>;
  /** FLOPs or bytes of one time. */
  readonly amount: number;
}

export interface Spell {
  /** So many, or as many as fit into their time; five at least, where as many are asked for. */
  readonly repeats: number;
  /** Of one repeat, at least. */
  readonly seconds: number;
  /** Before the first, at least; as long as one unless said. */
  readonly warmup?: number;
  /** Two looks at the clock lie this far apart at least, so that looking costs nothing. */
  readonly look?: number;
}

const LOOK_USUAL = 1e-3;
const REPEATS_LEAST = 5;

/**
 * Many short repeats within `seconds`: where other programs run too, some of them are left alone.
 */
export function burst(seconds: number): Spell {
  const warmup = WARMUP_SHARE * seconds;
  return { repeats: BURST_REPEATS, seconds: (seconds - warmup) / BURST_REPEATS, warmup };
}

const BURST_REPEATS = 41;
const WARMUP_SHARE = 0.2;

/** Few long repeats within `seconds`, the warm-up as long as one: work that is kept up. */
export function endurance(seconds: number): Spell {
  return { repeats: HELD_REPEATS, seconds: seconds / (HELD_REPEATS + 1) };
}

const HELD_REPEATS = 7;
/** Share of a part's budget for work that is kept up: limits of power and heat show after seconds, not in bursts. */
export const HELD_SHARE = 0.5;

/** Rates of repeats, in their order, after a warm-up. */
export async function repeatedRates(
  { run, amount }: Chore,
  { repeats, seconds, warmup = seconds, look = LOOK_USUAL }: Spell,
  now: Clock = wallSeconds,
): Promise<readonly number[]> {
  const timed = async (times: number) => {
    const began = now();
    const own = await run(times);
    return own ?? now() - began;
  };
  let times = 1;
  let spent = await timed(1);
  while (spent < warmup) {
    const took = await timed(times);
    spent += took;
    if (took < look) times *= 2;
  }
  const rates: number[] = [];
  let total = 0;
  const isOver = () =>
    rates.length === repeats || (rates.length >= REPEATS_LEAST && total >= repeats * seconds);
  while (!isOver()) {
    let elapsed = 0;
    let count = 0;
    // A clock of processors may stand still over what is short.
    while (elapsed < seconds || elapsed <= 0) {
      elapsed += await timed(times);
      count += times;
    }
    total += elapsed;
    rates.push((count * amount) / elapsed);
  }
  return rates;
}
