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
