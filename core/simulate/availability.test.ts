import assert from "node:assert/strict";
import { test } from "node:test";
import { keepUp, type Replica } from "./availability.ts";

/** Replicas wanted after the first look at so many requests, of four that may be. */
function wanted(load: number): number {
  const fresh = { isWanted: true, asked: 0, isReady: true, isBroken: false };
  const replicas: Replica[] = Array.from({ length: 4 }, () => ({ ...fresh }));
  const looks: ((now: number) => void)[] = [];
  const site = {
    replicas,
    at: (_: number, action: (now: number) => void) => void looks.push(action),
    load: () => load,
    next: () => 2,
    lose: () => undefined,
    changed: () => undefined,
  };
  const scaling = { replicasMin: 1, every: 1, target: 5, delay: 0 };
  keepUp(site, { lanesEach: 1, scaling, seed: 1 });
  looks[0]?.(1);
  return replicas.filter(({ isWanted }) => isWanted).length;
}

test("keepUp() asks for enough replicas that none has more than its target, within its bounds", () => {
  assert.deepEqual([0, 5, 6, 10, 11, 100].map(wanted), [1, 1, 2, 2, 3, 4]);
});

test("keepUp() provisions a replica that was let go and asked for again from the later asking on", () => {
  const fresh = { isWanted: true, asked: 0, isReady: true, isBroken: false };
  const replicas: Replica[] = [{ ...fresh }, { ...fresh }];
  const agenda: { time: number; action: (now: number) => void }[] = [];
  const loads = [10, 0, 10];
  let ready = NaN;
  keepUp(
    {
      replicas,
      at: (time, action) => void agenda.push({ time, action }),
      load: () => loads[0] ?? 10,
      next: () => 0,
      lose: () => undefined,
      changed: (now) => {
        if (now > 0 && replicas[1]?.isReady === true && Number.isNaN(ready)) ready = now;
      },
    },
    { lanesEach: 1, scaling: { replicasMin: 1, every: 1, target: 5, delay: 5.5 }, seed: 1 },
  );
  for (let now = 0; now < 12;) {
    agenda.sort((a, b) => a.time - b.time);
    const next = agenda.shift();
    now = next?.time ?? Infinity;
    next?.action(now);
    if (Number.isInteger(now)) loads.shift();
  }
  // Asked for at 1, let go at 2, asked for again at 3.
  assert.equal(ready, 8.5);
});
