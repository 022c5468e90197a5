import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { capacitySchema } from "./schemas/capacity.ts";

const MODEL = ["capacity", "llama-3.1-8b", "--device", "h100-sxm", "--requests", "400"];
const LIMITS = ["--input", "500", "--output", "50", "--ttft", "200ms", "--tpot", "20ms"];

async function answered(...args: readonly string[]) {
  const { status, out, err } = await ran([...MODEL, ...args, "--json"]);
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  capacitySchema.parse(answer);
  return answer;
}

test("tenlane capacity --json gives the largest rate, between its ends, and fits its schema", async () => {
  const { rate, replicas, trials } = await answered(...LIMITS);
  assert.equal(replicas.p50, 1);
  assert.ok(rate.p10 <= rate.p50 && rate.p50 <= rate.p90);
  assert.ok(trials.length <= 28);
});

test("tenlane capacity of twice the rate that one replica sustains needs more than one", async () => {
  const { rate } = await answered(...LIMITS);
  const { replicas, devices } = await answered(...LIMITS, "--rate", `${2 * rate.p50}/s`);
  assert.ok(replicas.p50 >= 2 && replicas.p50 <= 4);
  assert.equal(devices.p50, replicas.p50);
});

test("tenlane capacity answers no where the limits are out of reach", async () => {
  const { rate, metrics } = await answered("--tpot", "1us");
  assert.equal(rate, null);
  assert.equal(metrics, null);
  assert.match((await ran([...MODEL, "--tpot", "1us"])).out, /not feasible/u);
});

test("tenlane capacity of forty times the rate needs about forty times the replicas, however few requests are asked for", async () => {
  const { rate } = await answered(...LIMITS);
  const { replicas, metrics } = await answered(...LIMITS, "--rate", `${40 * rate.p50}/s`);
  assert.ok(Math.abs(replicas.p50 / 40 - 1) < 0.1, `${replicas.p50}`);
  assert.ok(Math.abs(metrics.requestRate / (40 * rate.p50) - 1) < 0.25);
});

test("tenlane capacity of pools apart counts the devices of both, and follows a router", async () => {
  const pools = ["--prefill-replicas", "1", "--replicas", "2", "--router", "round-robin"];
  const { rate, replicas, devices } = await answered(...LIMITS, ...pools);
  assert.deepEqual([replicas.p50, devices.p50], [2, 3]);
  const more = await answered(...LIMITS, ...pools, "--rate", `${3.5 * rate.p50}/s`);
  assert.deepEqual([more.replicas.p50 % 2, more.devices.p50 % 3], [0, 0]);
  assert.ok(more.devices.p50 >= 9, `${more.devices.p50}`);
});

const REFUSED = [
  [["--rate", "4/s", "--replicas", "2"], /--replicas\n.*no --rate beside it/u],
  [["--swing", "90%"], /--arrivals diurnal beside it\n.*none/u],
] as const;

for (const [args, reason] of REFUSED) {
  test(`tenlane capacity ${args.join(" ")} is refused with a reason`, async () => {
    const { status, err } = await ran([...MODEL, ...args]);
    assert.equal(status, 2);
    assert.match(err, reason);
  });
}

test("tenlane capacity, simulate and estimate of one load agree on watts, dollars and grams a token, and follow --grid", async () => {
  const common = ["--input", "500", "--output", "50", "--grid", "gcp/europe-north1"];
  const { rate, spent } = await answered(...LIMITS, "--grid", "gcp/europe-north1");
  const at = [
    "llama-3.1-8b",
    "--device",
    "h100-sxm",
    "--rate",
    `${rate.p50}/s`,
    ...common,
    "--json",
  ];
  const run = JSON.parse((await ran(["simulate", ...at, "--seeds", "1"])).out);
  const closed = JSON.parse((await ran(["estimate", ...at])).out);
  const { power, costPerHour, costPerToken, carbonPerToken } = spent;
  const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 0.05, `${a} ≠ ${b}`);
  near(run.energy.power, power.p50);
  near(run.spent.costPerOutputToken, costPerToken.p50);
  near(run.spent.carbonPerOutputToken, carbonPerToken.p50);
  assert.equal(run.spent.costPerHour, costPerHour.p50);
  assert.equal(closed.costPerHour.p50, costPerHour.p50);
  near(closed.power.p50, power.p50);
  near(closed.carbonPerToken.p50, carbonPerToken.p50);
  const elsewhere = await answered(...LIMITS);
  assert.ok(elsewhere.spent.carbonPerToken.p50 > 5 * carbonPerToken.p50);
  assert.equal(elsewhere.rate.p50, rate.p50);
});

test("tenlane capacity of pools apart pays for what comes out of both: watts over tokens a second", async () => {
  const pools = ["--prefill-replicas", "1", "--replicas", "2"];
  const { spent, rate } = await answered(...LIMITS, ...pools);
  const { power, energyPerToken, costPerHour, costPerToken } = spent;
  const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 0.02, `${a} ≠ ${b}`);
  near(energyPerToken.p50, power.p50 / (50 * rate.p50));
  near(costPerToken.p50, costPerHour.p50 / 3600 / (50 * rate.p50));
});
