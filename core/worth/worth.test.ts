import assert from "node:assert/strict";
import { test } from "node:test";
import table from "../../coefficients/priors.json" with { type: "json" };
import { catalogue, offers, offersFor } from "../catalogue/index.ts";
import { exact } from "../interval.ts";
import { device as fitted } from "../estimate/fixtures/round.ts";
import { bestWindow, embodiedHourly, gramsByHour, places } from "./carbon.ts";
import { bill } from "../estimate/bill.ts";
import { draw, HOURS_A_YEAR, ownedBy, ownedHourly } from "../estimate/index.ts";
import { day } from "./energy.ts";
import { bought, machineOf } from "./machine.ts";
import { ageDays, rentals, spread, spotShares, unitCost, upShare } from "./rental.ts";
import { fewestHosts } from "./rightsize.ts";
import { given, prior, propagated } from "../uncertain.ts";

const near = (got: number, expected: number, share = 1e-9) =>
  assert.ok(Math.abs(got - expected) <= share * Math.abs(expected), `${got} is not ${expected}`);

test("propagated() of a sum adds the differences as squares: 3 and 4 give 5", () => {
  const terms = { a: prior("a", [7, 10, 13]), b: prior("b", [16, 20, 24]), c: given("c", 5) };
  const { answer, swings } = propagated(terms, ({ a, b, c }) => a + b + c);
  assert.deepEqual(answer, { p10: 30, p50: 35, p90: 40, basis: "analytic" });
  assert.deepEqual(
    swings.map(({ name }) => name),
    ["b", "a"],
  );
});

test("propagated() of a term below a fraction turns its ends around", () => {
  const { answer } = propagated({ a: prior("a", [2, 4, 8]) }, ({ a }) => 8 / a);
  assert.deepEqual([answer.p10, answer.p50, answer.p90], [1, 2, 4]);
});

test("propagated() rests on what moves it", () => {
  const { answer } = propagated({ a: given("a", 2), b: prior("b", [1, 2, 3]) }, ({ a }) => a);
  assert.equal(answer.basis, "analytic");
  const felt = { measured: given("m", 1), idle: prior("i", [0, 1, 2]) };
  const own = {
    ...felt,
    measured: { ...felt.measured, value: { p10: 1, p50: 2, p90: 3, basis: "measured" as const } },
  };
  assert.equal(propagated(own, ({ measured }) => measured).answer.basis, "measured");
});

test("priors.json has ends around each middle, and says of each where it is from", () => {
  const all = Object.values(table).flatMap((group) => Object.values<PriorEntry>(group));
  assert.ok(all.length >= 23);
  for (const { name, p10, p50, p90, source } of all) {
    assert.ok(p10 <= p50 && p50 <= p90 && p10 < p90, name);
    assert.ok(
      source.length > 30 && /\d{4}|\d %|\d USD|MLPerf|AWS/u.test(source),
      `${name}: ${source}`,
    );
  }
});

interface PriorEntry {
  readonly name: string;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly source: string;
}

/** Every term said, so that the hour is arithmetic by hand. */
const OWNER = {
  life: 4,
  residual: 0.1,
  space: 200,
  electricity: 0.1,
  staff: 300,
  support: 0.05,
  network: 0.1,
};

test("ownedHourly() of two servers is price, network, support, people, room and electricity", () => {
  const purchase = { dollars: 400_000, isBare: false, perServer: 8, source: "quote" };
  const owned = { devices: 16, purchase, power: exact(20_000, "measured"), plate: 16_000 };
  // 400,000 · (1 + 0.1 − 0.1) / 4 + 400,000 · 0.05 + 16 · 300 + 16 · 12 · 200 = 163,200 a year; 20 kW · 0.1
  near(ownedHourly(owned, OWNER).answer.p50, 163_200 / HOURS_A_YEAR + 2);
});

test("ownedHourly() of bare cards pays for their server, and its support, too", () => {
  const purchase = { dollars: 10_000, isBare: true, perServer: 2, source: "quote" };
  const owned = { devices: 2, purchase, power: exact(1000, "measured"), plate: 1000 };
  // 14,000 · 0.9 / 4 + 14,000 · 0.05 + 600 + 12 · 200 = 6,850 a year; 1 kW · 0.1
  near(ownedHourly(owned, OWNER).answer.p50, 6850 / HOURS_A_YEAR + 0.1);
});

test("ownedHourly() of one server pays no network between servers", () => {
  const purchase = { dollars: 200_000, isBare: false, perServer: 8, source: "quote" };
  const owned = { devices: 8, purchase, power: exact(10_000, "measured"), plate: 8_000 };
  // 200,000 · 0.9 / 4 + 10,000 + 2,400 + 8 · 12 · 200 = 76,600
  near(ownedHourly(owned, OWNER).answer.p50, 76_600 / HOURS_A_YEAR + 1);
});

test("machineOf() draws a share of its rating; of a likely one, 0.8 pJ an operation, less surely where none is known", () => {
  const drawn = (device: string) => {
    const machine = machineOf(catalogue, { device, devices: 1 });
    return machine.ok ? machine.value.devicePower : null;
  };
  const { p10, p50, p90, basis } = drawn("h100-sxm") ?? assert.fail();
  assert.deepEqual([p10 / 700, p50 / 700, p90 / 700, basis], [0.55, 0.75, 0.95, "transferred"]);
  const likely = drawn("gh200-96") ?? assert.fail();
  near(likely.p50, 0.75 * 0.8e-12 * 989e12, 1e-3);
  near(likely.p90 / likely.p50, Math.exp(0.6 * 1.28155), 1e-4);
  assert.equal(likely.basis, "analytic");
  assert.equal(drawn("azure-fpga-brainwave"), null);
});

test("bought() sixteen devices of a DGX is two of its printed price", () => {
  const machine = machineOf(catalogue, { device: "h100-sxm", devices: 16 });
  assert.ok(machine.ok);
  const purchase = bought(machine.value);
  assert.equal(purchase?.dollars, 2 * 199_000);
  assert.equal(purchase?.date, "2026-08");
});

test("bill() of a plan that buys a machine is what ownedHourly() says it costs to own", () => {
  for (const [device, devices] of [
    ["h100-sxm", 16],
    ["rtx-4090", 2],
  ] as const) {
    const machine = machineOf(catalogue, { device, devices });
    assert.ok(machine.ok);
    const offer = offersFor(catalogue, device).find(({ kind }) => kind === "purchase");
    const { offer: _, ...unsold } = machine.value.system;
    const system = offer === undefined ? unsold : { ...unsold, offer };
    const purchase = bought(machine.value);
    assert.ok(purchase !== null);
    const owned = ownedHourly(ownedBy(machine.value, purchase)).answer;
    near(bill(system, devices, machine.value.devicePower).costPerHour?.p50 ?? 0, owned.p50);
  }
});

/** As the sheet of AWS for us-east-1 prints them: aws/karpenter-provider-aws, zz_generated.pricing_aws.go, 2026-07-20. */
const AWS_SHEET = {
  "dl1.24xlarge": 13.10904,
  "g4dn.xlarge": 0.526,
  "g5.xlarge": 1.006,
  "g6.xlarge": 0.8048,
  "g6e.xlarge": 1.861,
  "inf2.48xlarge": 12.98127,
  "p4d.24xlarge": 21.957642,
  "p4de.24xlarge": 27.44705,
  "p5.48xlarge": 55.04,
  "p5en.48xlarge": 63.296,
  "p6-b200.48xlarge": 113.9328,
  "trn1.32xlarge": 21.5,
};

/** As Azure/karpenter-provider-azure has eastus, 2026-06-18; the same in Azure's retail list of 2026-11-09 as others read it. */
const AZURE_SHEET = {
  Standard_ND96isr_H100_v5: 98.32,
  Standard_ND96asr_v4: 27.197,
  Standard_NC24ads_A100_v4: 3.673,
  Standard_NC40ads_H100_v5: 6.98,
};

/** As cloudpilot-ai/karpenter-provider-gcp has us-central1, 2026-08-03; two lists of others have the same to the cent. */
const GCP_SHEET = { "a3-highgpu-1g": 11.0612, "a3-highgpu-8g": 88.49 };

test("an hour of an instance, and a DGX, cost what the price sheets of their dates print", () => {
  for (const [sheet, provider, region, date] of [
    [AWS_SHEET, "aws", "us-east-1", "2026-07-20"],
    [AZURE_SHEET, "azure", "eastus", "2026-06-18"],
    [GCP_SHEET, "gcp", "us-central1", "2026-08-03"],
  ] as const) {
    const priced = offers(catalogue).filter(
      (each) => each.kind === "on-demand" && each.provider === provider && each.region === region,
    );
    for (const [name, dollars] of Object.entries(sheet)) {
      const offer = priced.find((each) => each.name === name);
      assert.deepEqual([name, offer?.dollarsPerHour, offer?.date], [name, dollars, date]);
    }
  }
  const dgx = (device: string) =>
    offersFor(catalogue, device).find(({ kind }) => kind === "purchase");
  assert.deepEqual([dgx("h100-sxm")?.dollars, dgx("h100-sxm")?.date], [199_000, "2026-08"]);
  // That sheet is of the DGX with 320 GB; the one with 640 GB came half a year later
  assert.deepEqual([dgx("a100-sxm4-40")?.dollars, dgx("a100-sxm4-40")?.date], [200_000, "2020-05"]);
  assert.equal(dgx("a100-sxm4-80"), undefined);
});

test("rentals() on demand is the printed price of whole instances, of every device", () => {
  for (const { id } of catalogue.accelerators) {
    const priced = offersFor(catalogue, id).filter(({ kind }) => kind === "on-demand");
    const [rental] = rentals(catalogue, { device: id, devices: 8, joined: 1 });
    if (priced.length === 0) {
      assert.equal(rental, undefined);
      continue;
    }
    const least = Math.min(
      ...priced.map(({ count, dollarsPerHour = 0 }) => Math.ceil(8 / count) * dollarsPerHour),
    );
    assert.equal(rental?.hourly.answer.p50, least);
    assert.equal(rental?.hourly.answer.p10, least);
  }
});

test("rentals() on spot costs the price over the share of time that it works", () => {
  const interruptions = {
    monthly: given("a month", 30.4375),
    restart: given("restart, s", 8640),
  };
  const need = { device: "l4", devices: 1, joined: 1 };
  const spot = rentals(catalogue, need, interruptions).find(({ kind }) => kind === "spot");
  const demand = rentals(catalogue, need)[0]?.hourly.answer.p50 ?? 0;
  const share = spread(spotShares(catalogue, "l4"), "measured")?.p50 ?? 0;
  // one interruption a day of work, a tenth of a day to come back: 10 of 11 hours are of use
  near(spot?.hourly.answer.p50 ?? 0, (demand * share * 11) / 10);
});

test("rentals() of a user's own price is that of each device, and spot a share of it", () => {
  const share = spread(spotShares(catalogue, "l4"), "measured")?.p50 ?? 0;
  const never = { monthly: given("a month", 0), restart: given("restart, s", 0) };
  const need = { device: "l4", devices: 3, joined: 1, quoted: { "on-demand": 2 } };
  const [demand, reserved, spot] = rentals(catalogue, need, never);
  assert.deepEqual([demand?.offer, demand?.hourly.answer.p50], [undefined, 6]);
  assert.deepEqual([reserved?.kind, spot?.kind], ["reserved", "spot"]);
  near(spot?.hourly.answer.p50 ?? 0, 6 * share);
});

test("rentals() reserved is the user's price, else the usual share of the cheapest on demand", () => {
  const need = { device: "h100-sxm", devices: 8, joined: 8 };
  const reserved = (quoted: object) =>
    rentals(catalogue, { ...need, quoted }).find(({ kind }) => kind === "reserved");
  const { p10, p50, p90 } = reserved({})?.hourly.answer ?? { p10: 0, p50: 0, p90: 0 };
  for (const [got, part] of [
    [p10, 0.53],
    [p50, 0.63],
    [p90, 0.8],
  ] as const)
    near(got, part * 55.04);
  assert.match(reserved({})?.note ?? "", /share of on-demand/u);
  const own = reserved({ reserved: 3 });
  assert.deepEqual(
    [own?.hourly.answer.p50, own?.hourly.answer.p90, own?.offer],
    [24, 24, undefined],
  );
});

test("rentals() of nine devices that share hosts of eight is two hosts", () => {
  const [demand] = rentals(catalogue, { device: "h100-sxm", devices: 9, joined: 8 });
  near(demand?.hourly.answer.p50 ?? 0, 2 * 55.04);
});

test("unitCost() is dear where the rate is slow: half the rate at p10 is twice the cost at p90", () => {
  const rate = { p10: 500, p50: 1000, p90: 1000, basis: "measured" } as const;
  const { p10, p50, p90 } = unitCost(exact(36, "measured"), rate, 1e6);
  near(p10, 10);
  near(p50, 10);
  near(p90, 20);
});

test("unitCost() adds doubts of price and rate as squares of their logarithms: 3 and 4 are 5", () => {
  const doubt = (sigma: number) =>
    ({ p10: 1.1 ** -sigma, p50: 1, p90: 1.1 ** sigma, basis: "measured" }) as const;
  const { p10, p90 } = unitCost(doubt(3), doubt(4), 3600);
  near(p90, 1.1 ** 5);
  near(p10, 1.1 ** -5);
});

test("spotShares() is spot over on demand of one instance and region, sorted", () => {
  const file = catalogue.prices.find(({ provider }) => provider === "gcp");
  const instance = file?.instances.find(({ name }) => name === "g2-standard-4");
  assert.ok(file !== undefined && instance !== undefined);
  const price = (region: string, demand: string, spot: string) => ({
    region,
    date: "2026-01-01",
    demand,
    spot,
  });
  const prices = [price("a", "4 USD/h", "3 USD/h"), price("b", "10 USD/h", "2 USD/h")];
  const few = { ...catalogue, prices: [{ ...file, instances: [{ ...instance, prices }] }] };
  assert.deepEqual(spotShares(few, "l4"), [0.2, 0.75]);
  assert.deepEqual(spotShares(few, "h100-sxm"), []);
});

test("bestWindow() reaches around midnight", () => {
  const hours = Array.from({ length: 24 }, (_, hour): number => (hour === 23 ? 100 : 400));
  hours[0] = 280;
  const { start, intensity, mean } = bestWindow(hours, 2);
  assert.deepEqual([start, intensity, mean], [23, 190, 382.5]);
});

test("embodiedHourly() of eight devices over four years is eight times 318 kg over 35,064 hours", () => {
  const { p10, p50, p90 } = embodiedHourly(8, 4);
  near(p50, (8 * 318_000) / 35_064);
  // A factor of two each way
  near(p90 / p50, 2, 0.01);
  near(p50 / p10, 2, 0.01);
});

test("rentals() on spot says where the share of on-demand is not this offer's own", () => {
  const note = (device: string) =>
    rentals(catalogue, { device, devices: 1, joined: 1 }).find(({ kind }) => kind === "spot")?.note;
  assert.equal(note("l4"), undefined);
  assert.match(note("h100-sxm") ?? "", /this device elsewhere/u);
  assert.match(note("b200-sxm") ?? "", /other devices/u);
});

test("upShare() of 99 hours up and one down is 0.99", () => {
  near(upShare(99, 1), 0.99);
});

test("unitCost() of 36 dollars an hour at 1,000 tokens a second is 10 dollars a million", () => {
  near(unitCost(exact(36, "measured"), exact(1000, "measured"), 1e6).p50, 10);
});

test("ageDays() counts from the first day that a date can mean", () => {
  assert.equal(ageDays("2026-07-20", "2026-11-24"), 127);
  assert.equal(ageDays("2026", "2026-01-11"), 10);
  assert.equal(ageDays(undefined, "2026-01-11"), null);
});

test("draw() of eight devices of 500 W, 100 W of host each, PUE 1.5, is 7.2 kW", () => {
  const grid = { id: "here", name: "Here", provider: "", pue: 1.5, source: "test" };
  const power = draw(
    { device: {}, hostPower: 100, hostBase: 0, perHost: 8, grid },
    8,
    exact(500, "measured"),
  );
  assert.deepEqual(
    [power.devices, power.hosts, power.network, power.cooling, power.wall].map(({ p50 }) => p50),
    [4000, 800, 0, 2400, 7200],
  );
});

test("draw() of devices near their limit keeps them to it: the hosts may draw the rest, and the wall is as unsure as before", () => {
  const grid = { id: "here", name: "Here", provider: "", pue: 1, source: "test" };
  const system = { device: {}, hostPower: 100, hostBase: 0, perHost: 8, grid };
  const each = { p10: 560, p50: 700, p90: 840, basis: "transferred" } as const;
  const free = draw(system, 8, each);
  const device = { ...fitted, power: { max: 900, limit: 700 } };
  const held = draw({ ...system, device }, 8, each);
  assert.deepEqual([free.devices.p90, held.devices.p90], [6720, 5600]);
  near(held.hosts.p90, free.hosts.p90 + 1120);
  near(held.wall.p90, free.wall.p90);
  near(held.devices.p50, 5600);
  const low = { ...fitted, power: { max: 500 } };
  assert.equal(draw({ ...system, device: low }, 8, each).devices.p90, 5600);
});

test("draw() of twelve cards, 40 W of host each, 100 W of a chassis, is of two chassis whatever their pairs", () => {
  const grid = { id: "here", name: "Here", provider: "", pue: 1, source: "test" };
  const power = draw(
    { device: {}, hostPower: 40, hostBase: 100, perHost: 2, grid },
    12,
    exact(200, "measured"),
  );
  assert.equal(power.hosts.p50, 12 * 40 + 2 * 100);
});

test("day() half idle at half power takes three quarters of the energy, one and a half times a unit", () => {
  const load = Array.from({ length: 24 }, (_, hour) => (hour < 12 ? 1 : 0));
  const idle = given("idle", 0.5);
  const { energy, each } = day(exact(1000, "measured"), load, { rate: 10, idle });
  near(energy.p50, 0.75 * 24 * 3.6e6);
  // full hours alone: 100 J a unit
  near(each.p50, 150);
});

test("bestWindow() finds hours around midnight", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => (hour >= 22 || hour < 2 ? 50 : 350));
  assert.deepEqual(bestWindow(hours, 4), { start: 22, hours: 4, intensity: 50, mean: 300 });
});

test("gramsByHour() of 2 kW at 100 g and 1 kW at 400 g a kWh is 600 g", () => {
  const watts = [
    exact(2000, "measured"),
    { p10: 500, p50: 1000, p90: 2000, basis: "analytic" },
  ] as const;
  const { p10, p50, p90 } = gramsByHour(watts, [100, 400]);
  near(p10, 400);
  near(p50, 600);
  near(p90, 1000);
});

test("places() keeps average and marginal apart, a kWh at PUE", () => {
  for (const kind of ["average", "marginal"] as const) {
    const found = places(catalogue, 3.6e6, kind);
    assert.ok(found.length > 10);
    for (const { grid, grams } of found) {
      const intensity = kind === "average" ? grid.gramsPerKwh : grid.marginalGramsPerKwh;
      near(grams, (grid.pue ?? 1.56) * (intensity ?? Number.NaN));
    }
  }
});

test("fewestHosts() of ten hosts busy 35 % is five at 70 %; never none, never more than there are", () => {
  assert.equal(fewestHosts(10, 0.35), 5);
  assert.equal(fewestHosts(10, 0.36), 6);
  assert.equal(fewestHosts(10, 0), 1);
  assert.equal(fewestHosts(10, 1), 10);
});
