import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, type Offer, type System } from "../catalogue/index.ts";
import { decodeEngine } from "../estimate/index.ts";
import { numerics } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { costLeast } from "./bound.ts";
import type { Candidate } from "./sizing.ts";

const engine = decodeEngine(catalogue.engines[0]);
const format = numerics("bf16");
assert.ok(engine.ok && format.ok);

function host(count: number, dollarsPerHour?: number): System {
  const priced = dollarsPerHour === undefined ? {} : { dollarsPerHour };
  const sold = { id: "o", provider: "p", name: "n", device: "d", source: "s" } as const;
  const offer: Offer = { ...sold, count, kind: "on-demand", ...priced };
  const device = {
    id: "d",
    name: "D",
    vendor: "V",
    kind: "gpu",
    status: "shipping",
    peak: {},
    assumptions: [],
  } as const;
  return { device, perHost: count, network: 1, hostPower: 0, hostBase: 0, offer };
}

function candidate(hosts: readonly System[], tensor: number, prefill?: number): Candidate {
  assert.ok(engine.ok && format.ok);
  const parallel = { ...SINGLE_DEVICE, tensor };
  const split = { ...SINGLE_DEVICE, tensor: prefill ?? 1 };
  const pool = prefill === undefined ? {} : { prefill: { parallel: split, replicas: 1 } };
  const numbers = { numerics: format.value, engine: engine.value };
  return { hosts, placement: { parallel, replicas: 1, ...numbers, ...pool } };
}

test("costLeast() of a replica of 4 is half a host of 8 bought whole: $16, two hosts of 2: $10", () => {
  assert.equal(costLeast(candidate([host(8, 16)], 4)), 16);
  assert.equal(costLeast(candidate([host(2, 5)], 4)), 10);
  assert.equal(costLeast(candidate([host(8, 16), host(2, 5)], 4)), 10);
});

test("costLeast() of 9 devices in hosts of 8 is two hosts", () => {
  assert.equal(costLeast(candidate([host(8, 16)], 9)), 32);
});

test("costLeast() counts the devices that only compute prompts", () => {
  assert.equal(costLeast(candidate([host(1, 3)], 4, 2)), 18);
});

test("costLeast() is nothing where no hourly price is known, so that nothing is passed over", () => {
  assert.equal(costLeast(candidate([host(8, 16), host(8)], 4)), 0);
});
