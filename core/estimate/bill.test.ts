import assert from "node:assert/strict";
import { test } from "node:test";
import { exact } from "../interval.ts";
import { bill } from "./bill.ts";
import { system } from "./fixtures/round.ts";

const draw = exact(700, "calibrated");

test("bill() of nine rented devices pays for two hosts of eight, power included", () => {
  const { costPerHour, power } = bill(system, 9, draw);
  assert.equal(costPerHour?.p50, 72);
  assert.ok(power.p50 > 9 * (700 + 300) * 1.25);
});

test("bill() of bought hosts: what they lose in 4 years, support, people, room, and electricity", () => {
  const offer = { id: "b", provider: "R", name: "b", device: "round", source: "test" } as const;
  const eight = { ...offer, count: 8, kind: "purchase", dollars: 350_640 } as const;
  const { costPerHour, assumptions } = bill({ ...system, offer: eight }, 8, draw);
  // 350,640 · 0.9 / 4 + 35,064 + 8 · 300 + 10.4 kW · 12 · 184.06 = 139,328.688 a year; 10 kW at 0.1 USD
  assert.ok(Math.abs((costPerHour?.p50 ?? 0) - (139_328.688 / 8766 + 1)) < 1e-9);
  assert.ok(assumptions.some((each) => each.includes("4 years")));
});

test("bill() has the wall as unsure as the devices: widths were fitted on whole systems", () => {
  const { power } = bill(system, 8, { p10: 350, p50: 700, p90: 1400, basis: "transferred" });
  assert.ok(Math.abs(power.p90 / power.p50 - 2) < 1e-12);
  assert.ok(Math.abs(power.p10 / power.p50 - 0.5) < 1e-12);
});

test("bill() of sixteen devices pays and feeds the switches between their hosts", () => {
  const { power } = bill(system, 16, draw);
  // 48 switches of 747 W to 127 hosts of 10.2 kW
  const switches = (48 * 747) / (127 * 10_200);
  assert.ok(Math.abs(power.p50 / (16 * 1000 * 1.25 * (1 + switches)) - 1) < 1e-12);
});

test("bill() without an offer or a price has no cost; without a grid no carbon, and says its PUE", () => {
  const { offer: _offer, grid: _grid, ...unpriced } = system;
  const bare = bill(unpriced, 1, draw);
  assert.equal(bare.costPerHour, null);
  assert.equal(bare.gramsPerSecond, null);
  assert.equal(bare.power.p50, 1000 * 1.56);
  assert.ok(bare.assumptions.some((each) => each.includes("PUE 1.56")));
});

test("bill() emits what the place's kilowatt-hour emits: 1.25 kW at 360 g is 0.125 g a second", () => {
  assert.ok(Math.abs((bill(system, 1, draw).gramsPerSecond?.p50 ?? 0) - 0.125) < 1e-12);
});
