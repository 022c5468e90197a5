import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { Fabric } from "../../catalogue/index.ts";
import { SHIPPED_LAWS } from "../coefficients.ts";
import { fitted as device } from "../fixtures/round.ts";
import { contention, thinnedFabric } from "./_fabric.ts";
import { operatorTime, target } from "./index.ts";

function on(fabric?: Fabric) {
  const tiers = fabric === undefined ? {} : { fabric };
  const made = target({ device, perHost: 8, network: 50e9, graphs: true, ...tiers }, SHIPPED_LAWS);
  assert.ok(!("kind" in made));
  return made;
}

const LLAMA = { pod: 3072, oversubscription: 7, leaf: 2, uplinks: 2 };
const PATTERNS = ["all-reduce", "all-gather", "reduce-scatter", "all-to-all", "send"] as const;
const patterns = fc.constantFrom(...PATTERNS);
const hosts = fc.integer({ min: 2, max: 4096 });
const ratios = fc.double({ min: 1, max: 64, noNaN: true });

test("contention() of a network that carries all its hosts send is 1, and exchanges take what they took", () => {
  fc.assert(
    fc.property(patterns, hosts, (pattern, count) => {
      assert.equal(contention(pattern, count, on()), 1);
      assert.equal(contention(pattern, count, on({ pod: 64, oversubscription: 1 })), 1);
    }),
  );
  const work = { kind: "collective", pattern: "all-to-all", ranks: 512, bytes: 1e8 } as const;
  const sent = {
    name: "x",
    group: "communication",
    count: 1,
    work,
    flops: 0,
    read: 0,
    written: 0,
  } as const;
  const even = operatorTime(sent, on({ pod: 64, oversubscription: 1 }));
  assert.equal(even.time, operatorTime(sent, on()).time);
  const tapered = operatorTime(sent, on({ pod: 64, oversubscription: 2 }));
  assert.ok(tapered.time > 1.2 * even.time);
});

test("contention() of Llama 3's network: 2,048 hosts of which 384 are a pod wait 7·1664/2047 for all to all, rings not at all", () => {
  assert.equal(contention("all-to-all", 2048, on(LLAMA)), (7 * 1664) / 2047);
  assert.equal(contention("all-reduce", 2048, on(LLAMA)), 1);
  assert.equal(contention("send", 2048, on(LLAMA)), 7);
  for (const pattern of PATTERNS) assert.equal(contention(pattern, 384, on(LLAMA)), 1);
});

test("contention() of rings waits where a pod has fewer hosts than the tier is oversubscribed", () => {
  assert.equal(contention("all-reduce", 64, on({ pod: 16, oversubscription: 6 })), 3);
});

test("contention() of four flows from racks of two hosts: of 4,096 uplinks with a mean of two flows one has 10.1", () => {
  const found = contention("all-reduce", 2048, on({ leaf: 2, flows: 4 }));
  const fullest = found * 4;
  const x = fullest / 2;
  assert.ok(Math.abs(4096 * Math.exp(-2 * (x * Math.log(x) - x + 1)) - 1) < 1e-6);
  assert.equal(fullest.toFixed(1), "10.1");
});

test("contention() falls with more flows and with uplinks of twice the rate, and is least for all to all (Meta, SIGCOMM 2024)", () => {
  const of = (fabric: Fabric) => contention("all-reduce", 512, on({ leaf: 2, ...fabric }));
  assert.ok(of({ flows: 4 }) > 1.5 * of({ flows: 32 }));
  assert.ok(of({ flows: 16 }) > 1.1 * of({ flows: 16, uplinks: 2 }));
  assert.ok(contention("all-to-all", 512, on({ leaf: 2, flows: 4 })) < 0.7 * of({ flows: 4 }));
});

test("contention() never falls with oversubscription, nor rises with a pod or flows", () => {
  fc.assert(
    fc.property(patterns, hosts, ratios, ratios, (pattern, count, ratio, more) => {
      const at = (fabric: Fabric) => contention(pattern, count, on(fabric));
      const base = { pod: 64, oversubscription: ratio, flows: 8, leaf: 2 };
      const found = at(base);
      assert.ok(found >= 1);
      assert.ok(at({ ...base, oversubscription: ratio * more }) >= found);
      assert.ok(at({ ...base, pod: 64 * more }) <= found);
      assert.ok(at({ ...base, flows: 8 * more }) <= found + 1e-9);
    }),
  );
});

test("contention() of three hosts, each a rack, that send one flow to each other: one of six uplinks has 2.6 times the mean of two", () => {
  const found = contention("all-to-all", 3, on({ leaf: 1, flows: 1, uplinks: 1 }));
  assert.ok(Math.abs(found * Math.log(found) - found + 1 - Math.log(6) / 2) < 1e-9, String(found));
  assert.ok(found > 2.6 && found < 2.62);
});

test("thinnedFabric() of every 64th device of hosts of eight has pods and leaves of four, said or not", () => {
  const every = { before: 8, perHost: 1, stride: 64 };
  assert.deepEqual(thinnedFabric({ oversubscription: 7 }, every), {
    oversubscription: 7,
    pod: 4,
    leaf: 4,
  });
  assert.deepEqual(thinnedFabric({ pod: 512, leaf: 16 }, every), { pod: 8, leaf: 2 });
  const inHosts = thinnedFabric({ pod: 512, leaf: 2 }, { before: 8, perHost: 4, stride: 2 });
  assert.deepEqual(inHosts, { pod: 256, leaf: 2 });
});
