import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";
import { investSchema } from "./schemas/worth.ts";

const TODAY = ["--today", "2026-11-24"];

async function shown(name: string, ...args: readonly string[]) {
  const { status, out, err } = await ran([name, ...args, "--json"]);
  assert.equal(status, 0, err);
  const schema = await COMMANDS.find((each) => each.name === name)?.schema?.();
  const json = JSON.parse(out);
  const checked = schema?.safeParse(json);
  assert.ok(checked?.success, checked?.error?.message);
  return json;
}

interface Way {
  readonly way: string;
  readonly age: number;
  readonly hourly: { readonly p10: number; readonly p50: number; readonly p90: number };
  readonly perUnit: { readonly p50: number } | null;
  readonly run: { readonly p50: number } | null;
}

test("cost of a machine on demand is the price sheet's, with its age; a run is its hours", async () => {
  const { ways } = await shown("cost", "--machine", "8 x gaudi1", "--run", "30d", ...TODAY);
  const demand = ways.find(({ way }: Way) => way === "on-demand");
  assert.equal(demand.hourly.p50, 13.10904);
  assert.equal(demand.age, 127);
  // Eight devices of one host fail some once in a third of a year: failures and saving cost below 3 %.
  const paid = demand.run.p50 / (720 * 13.10904);
  assert.ok(paid > 1 && paid < 1.03, `${paid}`);
});

test("cost of a model is by the million tokens; half the use costs twice as much", async () => {
  const model = ["cli/fixtures/qwen3-32b.json", "--device", "h100-sxm", "--rate", "8/s", ...TODAY];
  const full = await shown("cost", ...model);
  const half = await shown("cost", ...model, "--utilisation", "50%");
  const own = (json: { readonly ways: readonly Way[] }) =>
    json.ways.find(({ way }) => way === "own")?.perUnit?.p50 ?? 0;
  assert.equal(full.unit, "million tokens");
  assert.ok(Math.abs(own(half) / own(full) - 2) < 1e-9);
});

test("cost of images is by the thousand", async () => {
  const { unit, ways } = await shown("cost", "resnet-50", "--device", "l4", ...TODAY);
  assert.equal(unit, "thousand inputs");
  assert.ok(ways.length >= 2);
});

test("cost refuses shares, dates and machines that mean nothing", async () => {
  for (const args of [
    ["--machine", "8 x nothing"],
    ["--machine", "8 x h100-sxm", "--utilisation", "0"],
    ["--machine", "8 x h100-sxm", "--today", "yesterday"],
    ["--machine", "8 x h100-sxm,2 x l4"],
    [],
  ]) {
    assert.equal((await ran(["cost", ...args])).status, 2, args.join(" "));
  }
  assert.match((await ran(["cost", "--machine", "8 x nothing"])).err, /^error: --machine/u);
});

test("energy of a machine adds up, component by component", async () => {
  const { power, carbonPerDay, energyPerDay } = await shown(
    "energy",
    "--machine",
    "8 x h100-sxm",
    "--embodied",
    "4y",
  );
  const parts = power.devices.p50 + power.hosts.p50 + power.network.p50 + power.cooling.p50;
  assert.ok(Math.abs(parts / power.wall.p50 - 1) < 1e-9);
  assert.ok(Math.abs(energyPerDay.p50 / (86_400 * power.wall.p50) - 1) < 1e-9);
  assert.ok(carbonPerDay.embodied.p50 > 0);
});

test("energy of a run is the wall over its time and what failures lose; no time is refused", async () => {
  const machine = ["--machine", "8 x h100-sxm"];
  const { run, power, carbonOfRun, carbonPerDay, energyPerDay } = await shown(
    "energy",
    ...machine,
    "--run",
    "10d",
  );
  const intensity = (grams: { readonly p50: number }, joules: { readonly p50: number }) =>
    grams.p50 / joules.p50;
  const share = intensity(carbonOfRun.average, run) / intensity(carbonPerDay.average, energyPerDay);
  assert.ok(Math.abs(share - 1) < 1e-9);
  const paid = run.p50 / (864_000 * power.wall.p50);
  assert.ok(paid > 1 && paid < 1.03, `${paid}`);
  for (const name of ["energy", "cost"]) {
    assert.equal((await ran([name, ...machine, "--run", "0s"])).status, 2);
  }
});

test("energy of a day with quiet hours takes less, and finds the hours to wait for", async () => {
  const hours = (f: (hour: number) => number) =>
    Array.from({ length: 24 }, (_, hour) => f(hour)).join(",");
  const machine = ["--machine", "8 x h100-sxm"];
  const flat = await shown("energy", ...machine);
  const quiet = await shown(
    "energy",
    ...machine,
    "--day",
    hours((hour) => (hour < 8 ? 0 : 1)),
    "--carbon-hours",
    hours((hour) => (hour === 13 ? 10 : 300)),
    "--window",
    "1h",
  );
  assert.ok(quiet.energyPerDay.p50 < flat.energyPerDay.p50);
  assert.equal(quiet.window.start, 13);
  // Eight idle hours and fifteen at work at 300 g/kWh, one at work at 10
  const kilowatts = (hours: number, power: { readonly p50: number }) => (hours * power.p50) / 1000;
  const grams =
    300 * (kilowatts(8, quiet.idle) + kilowatts(15, quiet.power.wall)) +
    10 * kilowatts(1, quiet.power.wall);
  assert.ok(Math.abs(quiet.carbonPerDay.hourly.p50 / grams - 1) < 1e-9);
  assert.equal(flat.carbonPerDay.hourly, null);
});

test("energy takes the hours of a grid from a CSV, as Electricity Maps exports it or a time and a number", async () => {
  const folder = emptyFolder();
  const times = Array.from({ length: 96 }, (_, half) => ({
    hour: Math.floor(half / 2) % 24,
    day: Math.floor(half / 48),
    minute: half % 2 === 0 ? "00" : "30",
  }));
  const pad = (value: number) => String(value).padStart(2, "0");
  // Hour h is h·10 on the first day, and 100 more on the second: 50 more on average
  const grams = ({ hour, day }: { readonly hour: number; readonly day: number }) =>
    10 * hour + 100 * day;
  const plain = times.map(
    (at) => `2026-01-0${at.day + 1} ${pad(at.hour)}:${at.minute}:00,${grams(at)}`,
  );
  const maps = times.map(
    (at) => `2026-01-0${at.day + 1}T${pad(at.hour)}:${at.minute}:00,Norway,NO,${grams(at)},77`,
  );
  writeFileSync(join(folder, "plain.csv"), ["Time,Value", ...plain, ""].join("\n"));
  const heads = "Datetime (UTC),Zone name,Zone id,Carbon intensity gCO₂eq/kWh (direct),Share";
  writeFileSync(join(folder, "maps.csv"), [heads, ...maps].join("\r\n"));
  writeFileSync(join(folder, "few.csv"), ["Time,Value", ...plain.slice(0, 10)].join("\n"));
  const asked = (hours: string) =>
    ran(["energy", "--machine", "8 x h100-sxm", "--carbon-hours", hours, "--json"], { folder });
  for (const file of ["plain.csv", "maps.csv"]) {
    const { status, out, err } = await asked(file);
    assert.equal(status, 0, err);
    const { start, hours, intensity, mean } = JSON.parse(out).window;
    // 0 to 3 o'clock: 0, 10, 20, 30, and 50; of the day 115 and 50
    assert.deepEqual([start, hours, intensity, mean], [0, 4, 65, 165]);
  }
  for (const bad of [
    "few.csv",
    "none.csv",
    "1,2,3",
    Array.from({ length: 24 }, () => "0").join(","),
  ])
    assert.equal((await asked(bad)).status, 2, bad);
});

test("invest compares buying, renting and waiting, and writes the plot", async () => {
  const folder = emptyFolder();
  const args = ["--machine", "64 x h100-sxm", "--growth", "30%", "--plot", "p.svg", ...TODAY];
  const { status, out, err } = await ran(["invest", ...args, "--json"], { folder });
  assert.equal(status, 0, err);
  const json = JSON.parse(out);
  assert.ok(investSchema.safeParse(json).success);
  assert.ok(json.cost[json.best].p50 <= json.cost.rent.p50);
  assert.equal(json.rent.age, 127);
  assert.match(readFileSync(join(folder, "p.svg"), "utf8"), /^<svg.*h100-sxm/su);
});

test("invest refuses what has no price, and horizons that mean nothing", async () => {
  for (const args of [
    ["--machine", "8 x l4"],
    ["--machine", "8 x b200-sxm", "--rent", "4 USD/h"],
    ["--machine", "8 x b200-sxm", "--price", "$40,000", "--rent", "0 USD/h"],
    ["--machine", "8 x h100-sxm", "--horizon", "100y"],
    ["--machine", "8 x h100-sxm", "--horizon", "1s"],
  ]) {
    assert.equal((await ran(["invest", ...args])).status, 2, args.join(" "));
  }
});

test("invest of a part without prices takes the user's, and names the parts that came after", async () => {
  const args = ["--machine", "8 x b200-sxm", "--price", "$40,000", "--rent", "4 USD/h"];
  const { terms, next } = await shown("invest", ...args, "--utilisation", "50%");
  const term = (name: RegExp) =>
    terms.find((each: { readonly name: string }) => name.test(each.name))?.value.p50;
  assert.equal(term(/^rent of a device/u), 4);
  assert.equal(term(/^price of a device/u), 40_000);
  const rubin = next.find(({ device }: { readonly device: string }) => device === "rubin");
  assert.equal(rubin.status, "announced");
  assert.ok(rubin.price.p10 < rubin.price.p50 && rubin.price.p50 < rubin.price.p90);
});

test("cost with prices of the user's own is these, and says so", async () => {
  const args = ["--machine", "8 x b200-sxm", "--price", "$40,000", "--rent", "4 USD/h"];
  const { ways, terms } = await shown("cost", ...args, "--life", "5y", ...TODAY);
  const [own, demand] = ways;
  assert.deepEqual([own.way, own.source], ["own", "given"]);
  assert.deepEqual([demand.way, demand.hourly.p50, demand.source], ["on-demand", 32, "given"]);
  const life = terms.find(({ name }: { readonly name: string }) => name === "years of use");
  assert.deepEqual([life.value.p10, life.value.p50, life.source], [5, 5, "given"]);
  const { out } = await ran(["cost", ...args, ...TODAY]);
  assert.match(out, /^own: your price$/mu);
});

test("cost on spot hangs on the user's interruptions: a run that stops with any instance pays for it", async () => {
  const machine = ["--machine", "512 x h100-sxm", "--run", "30d", ...TODAY];
  const spot = async (...more: readonly string[]) => {
    const { ways, terms } = await shown("cost", ...machine, ...more);
    return { way: ways.find(({ way }: Way) => way === "spot"), terms };
  };
  const calm = await spot("--interruptions", "0");
  const torn = await spot("--interruptions", "10", "--restart", "1h");
  const usual = await spot();
  const useful = [calm, usual, torn].map(({ way }) => way.useful.p50);
  assert.ok(useful[0] > useful[1] && useful[1] > useful[2], useful.join(" "));
  // 64 instances that go ten times a month are one stop in 68 min, each an hour lost: two thirds of the time at most
  assert.ok(useful[2] < 0.55, `${useful[2]}`);
  assert.ok(torn.way.run.p50 > 1.5 * calm.way.run.p50);
  const names = usual.terms.map(({ name }: { readonly name: string }) => name);
  assert.ok(names.includes("interruptions of an instance a month"));
  for (const more of [
    ["--interruptions", "-1"],
    ["--interruptions", "often"],
    ["--restart", "0s"],
  ])
    assert.equal((await ran(["cost", ...machine, ...more])).status, 2, more.join(" "));
});

test("cost reserved is the user's price, else a share of on-demand that says where it is from", async () => {
  const machine = ["--machine", "8 x h100-sxm", ...TODAY];
  const reserved = (json: { readonly ways: readonly Way[] }) =>
    json.ways.find(({ way }) => way === "reserved")?.hourly.p50;
  assert.equal(reserved(await shown("cost", ...machine, "--reserved", "3 USD/h")), 24);
  const usual = await shown("cost", ...machine);
  assert.ok(Math.abs((reserved(usual) ?? 0) - 0.63 * 55.04) < 1e-9);
  assert.ok(usual.terms.some(({ name }: { readonly name: string }) => /reserved/u.test(name)));
});

test("worth is told in lines of a terminal, sources in full below their numbers", async () => {
  for (const args of [
    ["cost", "--machine", "8 x h100-sxm"],
    ["invest", "--machine", "64 x h100-sxm"],
    ["reliability", "--machine", "64 x h100-sxm"],
    ["energy", "--machine", "8 x h100-sxm"],
    ["rightsize", usageFile({})],
  ]) {
    const { out } = await ran(args, { columns: 80 });
    for (const line of out.split("\n"))
      assert.ok(line.length <= 80 || !line.trim().includes(" "), line);
    assert.doesNotMatch(out, /…/u);
  }
});

test("reliability of 16,384 devices stops every few hours, as the run that it is from did", async () => {
  const args = ["--machine", "16384 x h100-sxm", "--replica", "8", "--save", "60s"];
  const { run, spares, parts, replica } = await shown("reliability", ...args);
  assert.ok(run.between.p50 > 2.5 * 3600 && run.between.p50 < 5 * 3600, `${run.between.p50}`);
  assert.ok(run.goodput.p50 > 0.8 && run.goodput.p90 <= 1);
  assert.equal(spares.replicas, 2048);
  assert.ok(spares.fewest > 0 && spares.atP10 >= spares.fewest);
  assert.ok(replica.availability.p50 > 0.99);
  const host = parts.find(({ part }: { readonly part: string }) => part === "host");
  // Twelve hours of eight devices, each time
  assert.ok(Math.abs(host.lostDeviceHours / (host.perYear * 8 * 12) - 1) < 1e-9);
  assert.deepEqual(
    parts.map(({ devices }: { readonly devices: number }) => devices),
    [1, 8, 32, 32],
  );
});

test("reliability of a replica over many hosts counts spare hosts: as many as spares of replicas of a host each", async () => {
  const asked = ["--machine", "16384 x h100-sxm"];
  const whole = await shown("reliability", ...asked);
  const { spares, hosts } = await shown("reliability", ...asked, "--replica", "8");
  assert.equal(hosts, null);
  assert.deepEqual(whole.hosts, { hosts: 2048, fewest: spares.fewest, atP10: spares.atP10 });
  const { out } = await ran(["reliability", ...asked]);
  assert.match(out, /spare hosts keep all 2048 hosts up with 99\.9 %/u);
});

test("reliability refuses replicas larger than the machine and targets of always", async () => {
  for (const more of [
    ["--replica", "9"],
    ["--target", "100%"],
    ["--save", "0s"],
  ]) {
    const { status } = await ran(["reliability", "--machine", "8 x h100-sxm", ...more]);
    assert.equal(status, 2, more.join(" "));
  }
});

const USAGE = {
  model: "cli/fixtures/qwen3-32b.json",
  rate: "8/s",
  tpot: "40ms",
  instances: [
    { provider: "aws", name: "p5.48xlarge", region: "us-east-1", count: 4, utilisation: 0.3 },
  ],
};

function usageFile(changed: object): string {
  const path = join(emptyFolder(), "usage.json");
  writeFileSync(path, JSON.stringify({ ...USAGE, ...changed }));
  return path;
}

test("rightsize sums what runs, and saves what is no longer paid", async () => {
  const { hourly, changes, advice } = await shown("rightsize", usageFile({}), ...TODAY);
  assert.ok(Math.abs(hourly - 4 * 55.04) < 1e-9);
  const fewer = changes.find(({ name }: { readonly name: string }) => /fewer/u.test(name));
  // 4 hosts at 0.3 are 2 at 0.7; two hosts of 55.04 less, 730.5 hours a month
  assert.ok(Math.abs(fewer.saved - 2 * 55.04 * 730.5) < 1e-6);
  const expected = ({ saved, sure }: { readonly saved: number; readonly sure: number | null }) =>
    saved * (sure ?? 1);
  assert.equal(expected(advice), Math.max(...changes.map(expected)));
  assert.ok(advice.sure >= 0.5);
});

test("rightsize takes what the user really pays, and leaves alone what is cheap", async () => {
  const [instance] = USAGE.instances;
  const cheap = { ...instance, count: 1, utilisation: 0.9, hourly: "0.1 USD/h" };
  const { hourly, advice, running } = await shown(
    "rightsize",
    usageFile({ instances: [cheap] }),
    ...TODAY,
  );
  assert.equal(hourly, 0.1);
  assert.equal(running[0].price, "given");
  assert.equal(advice, null);
});

test("rightsize refuses files that break their shape, saying where", async () => {
  const [instance] = USAGE.instances;
  for (const [changed, place] of [
    [{ rate: "8" }, /rate|unit/u],
    [{ instances: [] }, /instances/u],
    [{ instances: [{ ...instance, utilisation: 30 }] }, /utilisation/u],
    [{ instances: [{ ...instance, name: "p99" }] }, /instances\[0\]/u],
    [{ surprise: 1 }, /./u],
  ] as const) {
    const { status, err } = await ran(["rightsize", usageFile(changed)]);
    assert.equal(status, 2);
    assert.match(err, place);
  }
});

for (const command of ["estimate", "plan", "simulate", "capacity", "energy", "cost"]) {
  test(`tenlane ${command} --grid nowhere is refused`, async () => {
    const asked = [command, "llama-3.1-8b", "--device", "h100-sxm", "--rate", "1/s"];
    const { status, err } = await ran([...asked, "--grid", "nowhere"]);
    assert.equal(status, 2);
    assert.match(err, /--grid.*\n.*the id of a place/u);
  });
}

test("tenlane energy of a model says in which formats and by which engine it is served", async () => {
  const asked = ["llama-3.1-8b", "--device", "h100-sxm", "--rate", "8/s", "--precision", "bf16"];
  const { out } = await ran(["energy", ...asked]);
  assert.match(out, /1 × NVIDIA H100 SXM5 80GB \(bf16, \w+\)/u);
});
