/** The words of plans, in English. */
import type { Bound, Change, LimitName, Objective, Plan } from "../../core/index.ts";

type Binding = Plan["binding"];

const LIMIT_WORDS: Readonly<Record<LimitName, string>> = {
  ttft: "the time to first token",
  tpot: "the time per output token",
  latency: "the time of a request",
  costPerHour: "the budget",
  power: "the power",
  devices: "the number of devices",
};

export const plan = {
  heading: "Which hardware, and how sure",
  about:
    "Say what the model must do and what it may cost. Each bar is a device with as many of it as that takes: the mark is the expected figure, the bar where it may lie.",
  model: "Model",
  workload: "Workload",
  limits: "Limits",
  demand: "Demand",
  demands: { rate: "Requests a second", users: "Users", saturate: "As much as one replica can" },
  rate: "Requests a second",
  users: "Users who each wait for an answer",
  ttft: "Time to first token",
  tpot: "Time per output token",
  latency: "Request end to end",
  budget: "Budget an hour",
  power: "Power at the wall",
  objective: "Least",
  objectives: {
    cost: "cost",
    latency: "latency",
    throughput: "time for all (most throughput)",
    energy: "energy",
    carbon: "carbon",
    devices: "devices",
  } satisfies Record<Objective, string>,
  vendors: "Vendors",
  tenure: "Paid by",
  tenures: { rent: "on demand", spot: "spot", reserved: "reserved", own: "purchase" },
  announced: "Also devices that are announced or retired",
  confidence: "Limits hold with probability",
  columns: {
    devices: "Devices",
    format: "Format",
    engine: "Engine",
    sure: "Sure",
    why: "Limited by",
  },
  figures: {
    ttft: "Time to first token",
    tpot: "Time per output token",
    latency: "Request end to end",
    outputRate: "Output",
    power: "Power at the wall",
    energyPerToken: "Energy per output token",
    costPerHour: "Cost an hour",
    costPerToken: "Cost per output token",
    carbonPerToken: "Carbon per output token",
  },
  networkFigures: {
    latency: "Time of a sample, with the wait for its batch",
    itemRate: "Samples a second",
    power: "Power at the wall",
    energyPerItem: "Energy per sample",
    costPerHour: "Cost an hour",
    costPerItem: "Cost per sample",
    carbonPerItem: "Carbon per sample",
  },
  batch: "Batch",
  more: "More choices",
  shown: "Show",
  bars: (figure: string): string =>
    `${figure}: median, and the interval meant to hold 8 times in 10`,
  pareto: {
    about: "Along the dashed line no plan is better in both.",
    click: "A click on a dot puts the plan side by side with another, as a tick in the table does.",
    title: "Trade-off",
    x: "Across",
    y: "Up",
  },
  memory: {
    title: "Memory of one device",
    weights: "weights",
    activations: "activations",
    communication: "communication",
    runtime: "runtime",
    cache: "KV cache",
    free: "left free",
  },
  best: (devices: string): string => `Best: ${devices}`,
  nothing: (tried: number): string => `None of ${tried} candidates keeps the limits.`,
  noneSold: "No device that is sold matches.",
  nearest: {
    title: "Nearest:",
    none: "No single change would help.",
    breach: (limit: LimitName, reached: string, allowed: string): string =>
      `${LIMIT_WORDS[limit]} is ${reached}, allowed ${allowed}`,
    relax: (limits: string): string => `Relax to: ${limits}`,
    memory: (times: string): string =>
      `That takes ${times} times the memory: more devices, or a narrower format.`,
    rate: (times: string): string =>
      `That takes ${times} times the devices, or fewer requests a second.`,
    context: (tokens: string): string => `It takes requests of ${tokens} tokens at most.`,
  },
  summary: (plans: number, tried: number, objective: string): string =>
    `${plans} plans from ${tried} candidates, least ${objective} first`,
  offer: (provider: string, name: string, region: string, date: string): string =>
    `${provider} ${name} ${region}, price of ${date}`,
  noOffer: "no price known",
  why: (binding: string, prefill: string, decode: string): string =>
    prefill === decode
      ? `${binding}; prompts and tokens wait for ${decode}.`
      : `${binding}; prompts wait for ${prefill}, tokens for ${decode}.`,
  bindings: (binding: Binding, held: string): string => {
    if (binding === "cache") return `The KV cache is full at ${held} requests in flight a replica`;
    if (binding === "sequences") return `The engine schedules at most ${held} requests`;
    if (binding === "demand") return `Nothing limits it: it could hold ${held} requests a replica`;
    return `More than ${held} requests in flight a replica would break ${LIMIT_WORDS[binding]}`;
  },
  bounds: {
    compute: "arithmetic",
    memory: "memory bandwidth",
    link: "links between devices",
    overhead: "launches and other fixed costs",
  } satisfies Record<Bound, string>,
  limitedBy: {
    ttft: "time to first token",
    tpot: "time per token",
    latency: "time of a request",
    costPerHour: "budget",
    power: "power",
    devices: "devices",
    cache: "KV cache",
    sequences: "engine",
    demand: "demand",
  } satisfies Record<Binding, string>,
  unpriced: "unpriced",
  only: "Only these devices",
  regions: "Only offers in these regions",
  reasons: {
    title: "What would change the best plan",
    change: "Change",
    effect: (objective: string): string => `Effect on ${objective}`,
    devices: "Devices",
    better: (percent: string): string => `${percent} better`,
    worse: (percent: string): string => `${percent} worse`,
    same: "none",
    unknown: "unknown, no price or place is known",
    changes: (change: Change): string => {
      switch (change.kind) {
        case "compute":
          return "Twice the arithmetic";
        case "memory-bandwidth":
          return "Twice the memory bandwidth";
        case "memory-capacity":
          return "Twice the memory";
        case "link":
          return "Links twice as fast";
        case "numerics":
          return `In ${change.numerics}`;
        case "tensor":
          return `Split over ${change.tensor} devices`;
        case "limit":
          return `Without the limit on ${LIMIT_WORDS[change.limit]}`;
        case "device":
          return `On ${change.device}`;
      }
    },
  },
};
