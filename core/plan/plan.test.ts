import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue } from "../catalogue/index.ts";
import { decodeEngine, type Engine } from "../estimate/index.ts";
import { decodeModelEntry, type ModelEntry, numerics, type Transformer } from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import { probabilityBelow } from "../interval.ts";
import { normalQuantile } from "../normal.ts";
import { deviceCount } from "../operators/index.ts";
import { explain } from "./explain.ts";
import { answered, plan, planAt } from "./plan.ts";
import { score } from "./rank.ts";
import { type SiteChoice, sitesOf } from "./sites.ts";
import type { Limits, Plan, PlanRequest } from "./types.ts";

const engines: readonly Engine[] = catalogue.engines.flatMap((file) => {
  const engine = decodeEngine(file);
  return engine.ok && engine.value.scheduler !== "static" ? [engine.value] : [];
});

function model(id: string): Transformer {
  const entries = catalogue.models as readonly ModelEntry[];
  const entry = entries.find((each) => each.id === id);
  assert.ok(entry, `${id} is in the catalogue`);
  const decoded = decodeModelEntry(entry);
  assert.ok(decoded.ok && decoded.value.kind === "transformer");
  return decoded.value;
}

function format(name: string): Numerics {
  const found = numerics(name);
  assert.ok(found.ok);
  return found.value;
}

const fp8 = format("fp8");
const qwen = model("qwen3-32b");
const FEW: SiteChoice = { devices: ["h100-sxm", "a100-sxm4-80", "l40s", "mi300x"] };

function request(
  changes: Partial<PlanRequest> & { readonly choice?: SiteChoice } = {},
): PlanRequest {
  const { choice, ...rest } = changes;
  return {
    model: qwen,
    workload: {
      name: "chat",
      input: { mean: 1024, variation: 0.7 },
      output: { mean: 256, variation: 0.8 },
      cached: 0.3,
    },
    demand: { kind: "rate", rate: 8 },
    limits: { ttft: 0.5, tpot: 0.04 },
    sites: sitesOf(catalogue, engines, choice ?? FEW),
    numerics: [qwen.numerics, fp8],
    objective: "cost",
    percentile: 0.9,
    confidence: 0.8,
    ...rest,
  };
}

function best(asked: PlanRequest): Plan {
  const [first] = plan(asked).plans;
  assert.ok(first, "there is a plan");
  return first;
}

test("plan() gives plans that keep every limit at the asked confidence and carry the whole demand", () => {
  const { plans } = plan(request());
  assert.ok(plans.length >= 3);
  for (const { estimate, confidence } of plans) {
    assert.ok(estimate.ttft.p50 <= 0.5 && estimate.tpot.p50 <= 0.04);
    assert.ok(confidence >= 0.8, `confidence ${confidence}`);
    assert.ok(Math.abs(estimate.requestRate.p50 - 8) < 1e-6);
  }
});

test("plan() ranks by the objective, one plan a device", () => {
  for (const objective of ["cost", "latency", "energy", "devices"] as const) {
    const { plans } = plan(request({ objective }));
    const scores = plans.map((each) => score(each, objective));
    assert.deepEqual(
      scores,
      scores.toSorted((a, b) => a - b),
    );
    assert.equal(new Set(plans.map(({ system }) => system.device.id)).size, plans.length);
  }
});

test("plan() says that demand limits where less than a quarter of the places are taken, and the cache by its tokens", () => {
  const plans = [1, 2, 4, 8, 16].flatMap(
    (rate) => plan(request({ demand: { kind: "rate", rate }, choice: {} })).plans,
  );
  assert.ok(plans.some(({ concurrency: { mean, max } }) => mean > max / 4 && mean < max / 2));
  for (const { binding, concurrency } of plans) {
    assert.equal(binding === "demand", concurrency.mean < concurrency.max / 4);
  }
  const { plans: full } = plan(request({ demand: { kind: "saturate" }, limits: {} }));
  const cached = full.find(({ binding }) => binding === "cache");
  assert.ok(cached !== undefined);
  const room = Math.floor(cached.estimate.memory.tokensMax / (1024 + 256 / 2));
  assert.equal(cached.concurrency.max, room);
});

test("plan() of four times the demand costs more, and no more than about four times as much", () => {
  const once = best(request({ demand: { kind: "rate", rate: 16 } })).estimate.costPerHour;
  const four = best(request({ demand: { kind: "rate", rate: 64 } })).estimate.costPerHour;
  assert.ok(once && four && four.p50 > once.p50 && four.p50 <= 4.4 * once.p50);
});

test("plan() under a tighter limit is never cheaper", () => {
  const costs = [0.1, 0.06, 0.04, 0.03].map(
    (tpot) => best(request({ limits: { tpot } })).estimate.costPerHour?.p50 ?? Infinity,
  );
  assert.deepEqual(
    costs,
    costs.toSorted((a, b) => a - b),
  );
});

test("plan() with more sites to choose from is never dearer", () => {
  const dollars = (devices: readonly string[]) =>
    best(request({ limits: { tpot: 0.1 }, choice: { devices } })).estimate.costPerHour?.p50;
  const few = dollars(["l40s"]);
  const more = dollars(["l40s", "h100-sxm"]);
  assert.ok(few !== undefined && more !== undefined && more <= few);
});

test("plan() for users keeps as many requests in flight as there are users", () => {
  const { placement, concurrency } = best(request({ demand: { kind: "users", users: 200 } }));
  assert.ok(concurrency.max * placement.replicas >= 200);
});

test("plan() keeps limits on money, power and devices, and says which refused the rest", () => {
  const limits: Limits = { tpot: 0.04, devices: 2 };
  const { plans, refused } = plan(request({ limits }));
  for (const { placement } of plans) {
    assert.ok(deviceCount(placement.parallel) * placement.replicas <= 2);
  }
  assert.ok((refused["devices"] ?? 0) > 0);
  const poor = plan(request({ limits: { costPerHour: 0.01 }, choice: FEW }));
  assert.equal(poor.plans.length, 0);
  assert.ok(poor.nearest !== null);
});

test("plan() with a front of two objectives shows none that another beats in both", () => {
  const { plans } = plan(request({ front: ["cost", "latency"] }));
  const points = plans.map((each) => [score(each, "cost"), score(each, "latency")] as const);
  for (const [cost, latency] of points) {
    assert.ok(!points.some(([c, l]) => c <= cost && l <= latency && (c < cost || l < latency)));
  }
});

test("plan() finds the same cheapest plan with and without passing over candidates that cannot win", () => {
  const pruned = best(request()).estimate.costPerHour?.p50;
  const whole = plan(request({ front: ["cost", "latency"] })).plans[0]?.estimate.costPerHour?.p50;
  assert.equal(pruned, whole);
});

test("plan() that nothing can meet names the nearest miss and its limit", () => {
  const { plans, nearest } = plan(request({ limits: { tpot: 1e-4 } }));
  assert.equal(plans.length, 0);
  assert.ok(nearest !== null && nearest.infeasible.kind === "breach");
  assert.equal(nearest.infeasible.limit, "tpot");
  assert.ok(nearest.infeasible.reached > 1e-4);
});

test("plan() that nothing can meet says which limits must give, and they make the plan it names", () => {
  const harsh = [
    { limits: { tpot: 1e-4 } },
    { limits: { tpot: 1e-9, ttft: 1e-6 } },
    { limits: { ttft: 0.05, devices: 1 }, demand: { kind: "rate", rate: 40 } },
    { limits: { tpot: 0.005, power: 200, costPerHour: 1 } },
  ] as const;
  for (const change of harsh) {
    const asked = request({ ...change, choice: FEW });
    const { plans, relaxed } = plan(asked);
    assert.ok(plans.length === 0 && relaxed !== null);
    const given = relaxed.breaches.map(({ limit, reached }) => [limit, reached]);
    const again = plan({ ...asked, limits: { ...asked.limits, ...Object.fromEntries(given) } });
    assert.ok(again.plans.length > 0, JSON.stringify(relaxed.breaches));
    // A first token at its very least would ask for a replica a request.
    assert.ok((again.plans[0]?.placement.replicas ?? Infinity) < 40);
    for (const { allowed, reached } of relaxed.breaches) assert.ok(reached > allowed);
  }
});

test("plan() of a model too large for one card names memory for it, and splits it elsewhere", () => {
  const large = model("llama3.1-70b");
  const { plans, refused } = plan(
    request({
      model: large,
      numerics: [large.numerics],
      limits: {},
      choice: { devices: ["l4", "h100-sxm"] },
    }),
  );
  assert.ok(plans.length > 0);
  assert.ok(plans.every(({ placement }) => deviceCount(placement.parallel) > 1));
  assert.ok(Object.keys(refused).every((reason) => reason !== "undefined"));
});

test("explain() never makes a plan dearer by doubling what its device has", () => {
  const asked = request();
  for (const { change, ratio } of explain(asked, best(asked))) {
    const isMore = change.kind === "compute" || change.kind === "memory-bandwidth";
    if (isMore && ratio !== null) assert.ok(ratio <= 1.0001, `${change.kind}: ${ratio}`);
  }
});

test("explain() doubles the memory that the driver shows as well, so that a full cache holds more", () => {
  const asked = request({ limits: { tpot: 0.2 } });
  const before = best(asked);
  assert.ok(before.system.device.memory?.visible !== undefined);
  const twice = explain(asked, before).find(({ change }) => change.kind === "memory-capacity");
  assert.ok(twice !== undefined && "estimate" in twice.answer);
  const [held, more] = [before.estimate.memory.tokensMax, twice.answer.estimate.memory.tokensMax];
  assert.ok(more > 2 * held, `${more} tokens, ${held} before`);
});

test("explain() offers the vendor's next device when it is among the sites", () => {
  const asked = request({ choice: { devices: ["a100-sxm4-80", "h100-sxm"] } });
  const ampere = plan(asked).plans.find(({ system }) => system.device.id === "a100-sxm4-80");
  assert.ok(ampere);
  const next = explain(asked, ampere).find(({ change }) => change.kind === "device");
  assert.deepEqual(next?.change, { kind: "device", device: "h100-sxm" });
});

test("explain() names no successor of a device whose launch no source dates", () => {
  const asked = request({ choice: { devices: ["a100-sxm4-80", "h100-sxm"] } });
  const ampere = plan(asked).plans.find(({ system }) => system.device.id === "a100-sxm4-80");
  assert.ok(ampere);
  const { launched: _, ...undated } = ampere.system.device;
  const unknown = { ...ampere, system: { ...ampere.system, device: undated } };
  assert.ok(explain(asked, unknown).every(({ change }) => change.kind !== "device"));
});

test("plan() over the whole catalogue without limits has only finite figures, at any rate", () => {
  for (const rate of [1, 8, 50]) {
    const { plans } = plan(request({ demand: { kind: "rate", rate }, limits: {}, choice: {} }));
    assert.ok(plans.length > 30);
    for (const { estimate } of plans) {
      const { ttft, tpot, latency, energyPerToken } = estimate;
      for (const { p10, p50, p90 } of [ttft, tpot, latency, energyPerToken]) {
        assert.ok(p10 > 0 && p10 <= p50 && p50 <= p90 && p90 < Infinity);
      }
    }
  }
});

test("sitesOf() counts a list price only for who buys, and offers only where they are sold", () => {
  const rented = sitesOf(catalogue, engines, { devices: ["rtx-4090"] });
  assert.equal(rented[0]?.hosts[0]?.device.price, undefined);
  const owned = sitesOf(catalogue, engines, { devices: ["rtx-4090"], tenure: "own" });
  assert.equal(owned[0]?.hosts[0]?.device.price, 1599);
  for (const { hosts } of sitesOf(catalogue, engines, { providers: ["AWS"] })) {
    for (const { offer } of hosts) assert.equal(offer?.provider, "AWS");
  }
});

test("plan() refuses under a budget what has no known price", () => {
  const choice = { devices: ["mi355x"] };
  assert.equal(plan(request({ choice })).plans[0]?.estimate.costPerHour, null);
  const { plans, refused } = plan(request({ choice, limits: { costPerHour: 1e6 } }));
  assert.deepEqual([plans.length, Object.keys(refused)], [0, ["figures"]]);
});

test("plan() never takes more devices of a kind than the stock has, and fills it when nothing else is asked", () => {
  const stock = { "h100-sxm": 3 };
  const asked = { choice: { devices: ["h100-sxm"], perHostMax: stock }, stock, limits: {} };
  for (const rate of [1, 8, 60]) {
    const { plans } = plan(request({ ...asked, demand: { kind: "rate", rate } }));
    for (const { placement } of plans) {
      assert.ok(deviceCount(placement.parallel) * placement.replicas <= 3);
    }
  }
  const { placement } = best(
    request({ ...asked, demand: { kind: "saturate" }, numerics: [fp8], objective: "latency" }),
  );
  assert.ok(deviceCount(placement.parallel) * placement.replicas >= 2);
});

test("plan() holds the demand at the asked percentile: mean in flight plus its Poisson swing stays within the most", () => {
  for (const percentile of [0.5, 0.9, 0.99]) {
    const asked = request({ demand: { kind: "rate", rate: 300 }, percentile });
    for (const { concurrency } of plan(asked).plans) {
      const swing = normalQuantile(percentile) * Math.sqrt(concurrency.mean);
      const held = concurrency.mean + swing;
      assert.ok(held <= 1.03 * concurrency.max, `${held} of ${concurrency.max} at ${percentile}`);
    }
  }
});

test("plan() is no surer of its limits than at the fullest moment the percentile allows", () => {
  for (const { estimate, confidence } of plan(request({ limits: { tpot: 0.04 } })).plans) {
    assert.ok(confidence < probabilityBelow(estimate.tpot, 0.04));
  }
});

test("plan() takes the host that costs least an hour for all its devices", () => {
  const asked = request({ choice: { devices: ["h100-sxm"] } });
  const { placement, estimate } = best(asked);
  const devices = deviceCount(placement.parallel) * placement.replicas;
  const bills = (asked.sites[0]?.hosts ?? [])
    .filter(({ perHost }) => perHost >= placement.parallel.tensor)
    .map(
      ({ offer }) => Math.ceil(devices / (offer?.count ?? 1)) * (offer?.dollarsPerHour ?? Infinity),
    );
  assert.ok(bills.length > 1, "there is a choice of hosts");
  assert.equal(estimate.costPerHour?.p50, Math.min(...bills));
});

test("plan() passes over no larger replica that is cheaper under a tight limit", () => {
  for (const tpot of [0.012, 0.016, 0.024]) {
    for (const device of ["h100-sxm", "a100-sxm4-80"]) {
      const asked = {
        limits: { tpot },
        demand: { kind: "rate", rate: 40 },
        choice: { devices: [device] },
      } as const;
      const pruned = plan(request(asked)).plans[0]?.estimate.costPerHour?.p50;
      const whole = plan(request({ ...asked, front: ["cost", "latency"] })).plans[0];
      assert.equal(pruned, whole?.estimate.costPerHour?.p50);
    }
  }
});

test("plan() for users spreads them over just enough replicas", () => {
  const { plans } = plan(request({ demand: { kind: "users", users: 501 } }));
  for (const { placement, concurrency } of plans) {
    assert.ok(concurrency.max * placement.replicas >= 501);
    assert.ok(concurrency.max * (placement.replicas - 4) < 501);
  }
});

test("explain() says that a decode-bound plan gains from bandwidth, and from a limit twice as patient", () => {
  const asked = request({
    demand: { kind: "saturate" },
    objective: "throughput",
    limits: { tpot: 0.02 },
  });
  const reasons = explain(asked, best(asked));
  const bandwidth = reasons.find(({ change }) => change.kind === "memory-bandwidth");
  assert.ok(bandwidth?.ratio !== null && bandwidth !== undefined && bandwidth.ratio < 0.97);
  const patience = reasons.find(({ change }) => change.kind === "limit");
  assert.ok(patience !== undefined && "estimate" in patience.answer);
  assert.ok(patience.answer.concurrency.max > best(asked).concurrency.max);
});

test("answered() over sites planned one by one, in any order, is plan() of all", () => {
  const asked = request({ limits: { tpot: 0.05 } });
  const answers = asked.sites.toReversed().flatMap((site) => planAt(asked, site));
  assert.deepEqual(answered(asked, answers), plan(asked));
});

/** Long prompts and little time a token: each delays the other unless they are kept apart. */
const RETRIEVAL = {
  workload: {
    name: "retrieval",
    input: { mean: 6144, variation: 0.5 },
    output: { mean: 384, variation: 0.5 },
    cached: 0.3,
  },
  demand: { kind: "rate", rate: 20 },
  limits: { ttft: 1, tpot: 0.02 },
  confidence: 0.5,
  choice: { devices: ["h100-sxm"] },
} as const;

test("plan() of long prompts at little time a token is cheaper with prompts on devices of their own", () => {
  const little = { ...RETRIEVAL, limits: { ttft: 1, tpot: 0.01 } };
  const together = best(request({ ...little, disaggregated: false }));
  const apart = best(request({ ...little, disaggregated: true }));
  const { prefill } = apart.placement;
  assert.ok(prefill !== undefined && together.placement.prefill === undefined);
  assert.ok((apart.estimate.costPerHour?.p50 ?? 0) < (together.estimate.costPerHour?.p50 ?? 0));
  assert.ok(apart.estimate.ttft.p50 <= 1 && apart.estimate.tpot.p50 <= 0.01);
  assert.ok(Math.abs(apart.estimate.requestRate.p50 - 20) < 1e-6);
});

test("plan() counts both pools in devices, money, power and limits", () => {
  const apart = best(request({ ...RETRIEVAL, disaggregated: true }));
  const { parallel, replicas, prefill } = apart.placement;
  assert.ok(prefill !== undefined);
  const devices =
    deviceCount(parallel) * replicas + deviceCount(prefill.parallel) * prefill.replicas;
  assert.equal(score(apart, "devices"), devices);
  const { offer } = apart.system;
  assert.ok(offer?.dollarsPerHour !== undefined);
  const dollars = Math.ceil(devices / offer.count) * offer.dollarsPerHour;
  assert.ok(Math.abs((apart.estimate.costPerHour?.p50 ?? 0) / dollars - 1) < 1e-9);
  const limits = { ...RETRIEVAL.limits, devices: devices - 1 };
  const fewer = plan(request({ ...RETRIEVAL, disaggregated: true, limits })).plans;
  for (const each of fewer) assert.ok(score(each, "devices") < devices);
});

test("plan() tries pools by itself only for plans that a limit on time holds back", () => {
  const isApart = ({ placement }: { readonly placement: object }) => "prefill" in placement;
  const sites = request(RETRIEVAL).sites;
  const [site] = sites;
  assert.ok(site !== undefined);
  const usual = planAt(request(RETRIEVAL), site).filter(isApart).length;
  const all = planAt(request({ ...RETRIEVAL, disaggregated: true }), site).filter(isApart).length;
  assert.ok(usual > 0 && usual < all / 4, `${usual} of ${all}`);
  assert.equal(planAt(request({ ...RETRIEVAL, limits: {} }), site).filter(isApart).length, 0);
  assert.equal(
    planAt(request({ ...RETRIEVAL, disaggregated: false }), site).filter(isApart).length,
    0,
  );
});

test("plan() with pools for as many users as asked, and for all the devices there are", () => {
  const users = best(
    request({ ...RETRIEVAL, demand: { kind: "users", users: 300 }, disaggregated: true }),
  );
  const { prefill } = users.placement;
  const inFlight = users.concurrency.mean * users.placement.replicas;
  assert.ok(inFlight <= 300, `${inFlight}`);
  assert.ok(prefill === undefined || prefill.replicas >= 1);
  const stock = { "h100-sxm": 16 };
  const choice: SiteChoice = { ...RETRIEVAL.choice, tenure: "own", perHostMax: stock };
  const demand = { kind: "saturate" } as const;
  const owned = request({ ...RETRIEVAL, choice, demand, stock, disaggregated: true });
  for (const each of plan({ ...owned, objective: "throughput" }).plans) {
    assert.ok(score(each, "devices") <= 16);
  }
});

test("plan() without an answer names a limit to relax before memory that would not help", () => {
  const { plans, nearest } = plan(request({ limits: { tpot: 0.001 }, choice: {} }));
  assert.equal(plans.length, 0);
  assert.ok(nearest?.infeasible.kind === "breach" && nearest.infeasible.limit === "tpot");
  const relaxed = plan(
    request({
      limits: { tpot: 1.01 * nearest.infeasible.reached },
      choice: {},
      demand: { kind: "saturate" },
    }),
  );
  assert.ok(relaxed.plans.length > 0);
});

test("plan() gives long prompts more workers than their few tokens, and long answers the reverse", () => {
  const workers = (input: number, output: number, rate: number) => {
    const workload = {
      ...RETRIEVAL.workload,
      input: { mean: input, variation: 0.3 },
      output: { mean: output, variation: 0.3 },
    };
    const demand = { kind: "rate", rate } as const;
    const asked = request({ ...RETRIEVAL, workload, demand, disaggregated: true });
    const [site] = asked.sites;
    assert.ok(site !== undefined);
    const apart = planAt(asked, site).flatMap((answer) =>
      "estimate" in answer && answer.placement.prefill !== undefined ? [answer.placement] : [],
    );
    const alike = apart.filter(
      ({ parallel, prefill }) => prefill?.parallel.tensor === parallel.tensor,
    );
    assert.ok(alike.length > 0);
    return alike.map(({ prefill, replicas }) => (prefill?.replicas ?? 0) / replicas);
  };
  for (const ratio of workers(12_000, 60, 20)) assert.ok(ratio > 1.5, `${ratio}`);
  for (const ratio of workers(500, 3000, 40)) assert.ok(ratio < 0.5, `${ratio}`);
});
