/** What processes that ran at once counted, as one throughput. */
import { timingOf, type Outcome, type Throughput } from "../../core/optimise/index.ts";
import type { Counted } from "./_job.ts";

/** `items` a run; a process that failed is the answer of all. */
export function together(answers: readonly Outcome<Counted>[], items: number): Outcome<Throughput> {
  const counted: Counted[] = [];
  for (const answer of answers) {
    if (answer.kind === "failed") return answer;
    counted.push(answer.value);
  }
  const sum = (of: (each: Counted) => number) => counted.reduce((all, each) => all + of(each), 0);
  const timing = timingOf(
    counted.flatMap(({ times }) => times),
    {
      cpu: sum(({ cpu }) => cpu) / counted.length,
      bytesResident: sum(({ bytesResident }) => bytesResident),
    },
  );
  const itemsPerSecond = items * sum(({ rate }) => rate);
  const energy = energyOf(counted, items);
  return {
    kind: "done",
    value: { itemsPerSecond, timing, ...(energy === null ? {} : { energy }) },
  };
}

/** Each child reads the same counter over the same time, so that one of them counts for all their runs. */
function energyOf(counted: readonly Counted[], items: number): number | null {
  const joules = counted[0]?.joules ?? null;
  const runs = counted.reduce((sum, { times }) => sum + times.length, 0);
  return joules === null ? null : joules / runs / items;
}
