import assert from "node:assert/strict";
import { test } from "node:test";
import { idleOption, type Given } from "./idle-option.ts";

const IDLE: readonly (readonly ["simulate" | "capacity" | "sweep", Given, string])[] = [
  ["simulate", { rate: 1, users: 2 }, "rate"],
  ["simulate", { rate: 1, replay: "log.csv" }, "rate"],
  ["simulate", { users: 2, replay: "log.csv" }, "users"],
  ["simulate", { users: 2, arrivals: "gamma" }, "arrivals"],
  ["simulate", { rate: 1, burstiness: 0.5 }, "burstiness"],
  ["simulate", { rate: 1, arrivals: "diurnal", burstiness: 0.5 }, "burstiness"],
  ["simulate", { rate: 1, arrivals: "gamma", swing: 0.5 }, "swing"],
  ["simulate", { rate: 1, period: 60 }, "period"],
  ["simulate", { rate: 1, think: 2 }, "think"],
  ["simulate", { rate: 1, turns: 2, cached: 0.5 }, "cached"],
  ["simulate", { replay: "log.csv", turns: 2 }, "turns"],
  ["simulate", { replay: "log.csv", shared: 100 }, "shared"],
  ["simulate", { replay: "log.csv", correlation: 0.5 }, "correlation"],
  ["simulate", { replay: "log.csv", workload: "chat" }, "workload"],
  ["simulate", { replay: "log.csv", input: 100 }, "input"],
  ["simulate", { replay: "log.csv", output: 100 }, "output"],
  ["simulate", { replay: "log.csv", seeds: 2 }, "seeds"],
  ["simulate", { replay: "log.csv", seed: 2 }, "seed"],
  ["simulate", { rate: 1, format: "azure" }, "format"],
  ["simulate", { rate: 1, "skip-bad": true }, "skip-bad"],
  ["simulate", { rate: 1, "prefill-tp": 2 }, "prefill-tp"],
  ["simulate", { rate: 1, autoscale: 8, "prefill-autoscale": 2 }, "prefill-autoscale"],
  ["simulate", { rate: 1, repair: 60 }, "repair"],
  ["simulate", { rate: 1, "fail-every": 600, "replicas-min": 2 }, "replicas-min"],
  ["simulate", { rate: 1, provision: 60 }, "provision"],
  ["simulate", { rate: 1, "look-every": 60 }, "look-every"],
  ["capacity", { burstiness: 0.5 }, "burstiness"],
  ["capacity", { "replicas-max": 9 }, "replicas-max"],
  ["capacity", { rate: 1, replicas: 2 }, "replicas"],
  ["sweep", { merge: "shards", workers: 2 }, "workers"],
  ["sweep", { queue: "redis://here", workers: 2 }, "workers"],
  ["sweep", { merge: "shards", queue: "redis://here" }, "queue"],
  ["sweep", { merge: "shards", shard: "1/2" }, "shard"],
];

for (const [command, given, name] of IDLE) {
  test(`idleOption() names ${name} of ${command} ${Object.keys(given).join(" ")}`, () => {
    assert.equal(idleOption(command, given)?.name, name);
  });
}

test("idleOption() lets options pass beside what they go with", () => {
  const together: readonly (readonly ["simulate" | "capacity" | "sweep", Given])[] = [
    ["simulate", { rate: 1, arrivals: "Weibull", burstiness: 0.5 }],
    ["simulate", { rate: 1, arrivals: "diurnal", swing: 0.5, period: 60 }],
    ["simulate", { users: 2, think: 1 }],
    ["simulate", { rate: 1, turns: 3, think: 1, shared: 9 }],
    ["simulate", { replay: "log.csv", format: "azure", "skip-bad": true, requests: 9, warmup: 1 }],
    ["simulate", { replay: "log.csv", "fail-every": 60, repair: 9, seed: 2 }],
    ["simulate", { rate: 1, "prefill-replicas": 2, "prefill-autoscale": 2, provision: 9 }],
    ["capacity", { rate: 1, "replicas-max": 9 }],
    ["capacity", { rate: 1, "prefill-replicas": 1, replicas: 2 }],
    ["sweep", { workers: 2, shard: "1/2", out: "shards" }],
  ];
  for (const [command, given] of together) assert.equal(idleOption(command, given), null);
});
