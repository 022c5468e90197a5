import assert from "node:assert/strict";
import { test } from "node:test";
import { exact } from "../interval.ts";
import { bill } from "./bill.ts";
import { system } from "./fixtures/round.ts";

const draw = exact(700, "calibrated");

test("bill() of nine rented devices pays for two hosts of eight, power included", () => {
  const { costPerHour, power } = bill(system, 9, draw);
  assert.equal(costPerHour?.p50, 72);
  assert.equal(power.p50, 9 * (700 + 300) * 1.25);
});

test("bill() of bought hosts: a straight line over 4 years, and electricity", () => {
  const offer = { id: "b", provider: "R", name: "b", device: "round", source: "test" } as const;
  const bought = { ...offer, count: 8, kind: "purchase", dollars: 350_640 } as const;
  const { costPerHour, assumptions } = bill({ ...system, offer: bought }, 8, draw);
  const electricity = (8 * 1000 * 1.25 * 0.1) / 1000;
  assert.ok(Math.abs((costPerHour?.p50 ?? 0) - (10 + electricity)) < 1e-9);
  assert.ok(assumptions.some((each) => each.includes("4 years")));
});

test("bill() without an offer or a price has no cost; without a grid no carbon, and says its PUE", () => {
  const { device, perHost, network, hostPower } = system;
  const bare = bill({ device, perHost, network, hostPower }, 1, draw);
  assert.equal(bare.costPerHour, null);
  assert.equal(bare.gramsPerSecond, null);
  assert.equal(bare.power.p50, 1000 * 1.56);
  assert.ok(bare.assumptions.some((each) => each.includes("PUE 1.56")));
});

test("bill() emits what the place's kilowatt-hour emits: 1.25 kW at 360 g is 0.125 g a second", () => {
  assert.ok(Math.abs((bill(system, 1, draw).gramsPerSecond?.p50 ?? 0) - 0.125) < 1e-12);
});
