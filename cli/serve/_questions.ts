/** A question of every verb, and the arguments of the command that asks the same. */
import driving from "../../examples/scenarios/driving.json" with { type: "json" };
import study from "../../examples/sweep/study.json" with { type: "json" };
import usage from "../../examples/usage.json" with { type: "json" };

const MODEL = "Qwen/Qwen3-32B";

export const QUESTIONS: readonly (readonly [
  verb: string,
  question: Readonly<Record<string, unknown>>,
  args: readonly string[],
])[] = [
  ["read", { model: MODEL }, [MODEL]],
  [
    "expand",
    { model: MODEL, phase: "decode", tp: 4, growth: true },
    [MODEL, "--phase", "decode", "--tp", "4", "--growth"],
  ],
  [
    "estimate",
    { model: MODEL, device: "h100-sxm", tp: 2, precision: "fp8" },
    [MODEL, "--device", "h100-sxm", "--tp", "2", "--precision", "fp8"],
  ],
  [
    "plan",
    {
      model: MODEL,
      device: ["h100-sxm", "mi300x"],
      rate: "8/s",
      tpot: "40ms",
      confidence: 0.6,
      explain: true,
    },
    [
      MODEL,
      "--device",
      "h100-sxm,mi300x",
      "--rate",
      "8/s",
      "--tpot",
      "40ms",
      "--confidence",
      "0.6",
      "--explain",
    ],
  ],
  [
    "plan",
    { model: MODEL, device: "l4", simulate: false },
    [MODEL, "--device", "l4", "--no-simulate"],
  ],
  [
    "simulate",
    { model: MODEL, device: "h100-sxm", tp: 2, rate: "4/s", requests: 300 },
    [MODEL, "--device", "h100-sxm", "--tp", "2", "--rate", "4/s", "--requests", "300"],
  ],
  [
    "capacity",
    { model: MODEL, device: "h100-sxm", tp: 2, ttft: "500ms", requests: 200 },
    [MODEL, "--device", "h100-sxm", "--tp", "2", "--ttft", "500ms", "--requests", "200"],
  ],
  [
    "catalogue",
    { list: "prices", device: "h100-sxm" },
    ["--list", "prices", "--device", "h100-sxm"],
  ],
  ["catalogue", { entry: "h100-sxm" }, ["h100-sxm"]],
  ["claim", { claim: "8 x h200-sxm vs 8 x mi300x" }, ["8 x h200-sxm vs 8 x mi300x"]],
  [
    "deadlines",
    { scenario: driving, duration: "5s", devices: 1 },
    ["examples/scenarios/driving.json", "--duration", "5s", "--devices", "1"],
  ],
  ["sweep", { study }, ["examples/sweep/study.json"]],
  [
    "cost",
    { machine: "8 x h100-sxm", run: "30d", utilisation: 0.8, today: "2026-11-25" },
    ["--machine", "8 x h100-sxm", "--run", "30d", "--utilisation", "0.8", "--today", "2026-11-25"],
  ],
  [
    "energy",
    { machine: "8 x h100-sxm", embodied: "4y" },
    ["--machine", "8 x h100-sxm", "--embodied", "4y"],
  ],
  [
    "invest",
    { machine: "8 x h100-sxm", horizon: "3y", today: "2026-11-25" },
    ["--machine", "8 x h100-sxm", "--horizon", "3y", "--today", "2026-11-25"],
  ],
  [
    "reliability",
    { machine: "64 x h100-sxm", replica: 8 },
    ["--machine", "64 x h100-sxm", "--replica", "8"],
  ],
  ["rightsize", { usage, today: "2026-11-25" }, ["examples/usage.json", "--today", "2026-11-25"]],
  ["prices", { today: "2026-11-25" }, ["--today", "2026-11-25"]],
  ["validate", { family: "prefill" }, ["--family", "prefill"]],
];
