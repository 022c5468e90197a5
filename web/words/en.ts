/** Every word of the page, in English. The Korean words have the same shape, or the page does not compile. */
import type { Bound, LimitName, Objective, Plan } from "../../core/index.ts";

type Binding = Plan["binding"];

export const en = {
  lang: "en",
  title: "tenlane",
  about: "Which AI hardware, how many, how fast, at what energy and cost, and how sure.",
  skip: "Skip to the answer",
  language: "한국어",
  theme: { light: "Light", dark: "Dark", auto: "As the system" },
  views: { plan: "Plan" },
  working: "Searching",
  refused: (path: string, expected: string, got: string): string =>
    `${path}: expected ${expected}, got ${got}`,
  copyCommand: "Copy as command",
  copied: "Copied",
  save: "Save as",
  print: "Print report",
  table: "Data behind this chart",
  none: "any",
  compare: {
    title: "Side by side",
    pick: "Compare",
    hint: "Tick two plans in the table to see them side by side.",
  },
  plan: {
    heading: "Which hardware, and how sure",
    model: "Model",
    workload: "Workload",
    limits: "Limits",
    demand: "Demand",
    demands: { rate: "Requests a second", users: "Users", saturate: "As much as one replica can" },
    rate: "Requests a second",
    users: "Users who each wait for an answer",
    ttft: "Time to first token",
    tpot: "Time per output token",
    budget: "Budget an hour",
    power: "Power at the wall",
    devicesMax: "Devices at most",
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
    allVendors: "all",
    tenure: "Paid by",
    tenures: { rent: "on demand", spot: "spot", reserved: "reserved", own: "purchase" },
    announced: "Also devices that are announced or retired",
    confidence: "Limits hold with probability",
    columns: {
      devices: "Devices",
      split: "Split",
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
    shown: "Show",
    bars: (figure: string): string =>
      `${figure}: median, and the interval meant to hold 8 times in 10`,
    pareto: { title: "Trade-off", x: "Across", y: "Up" },
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
    summary: (plans: number, tried: number): string => `${plans} plans from ${tried} candidates`,
    offer: (provider: string, name: string, region: string, date: string): string =>
      `${provider} ${name} ${region}, price of ${date}`,
    noOffer: "no price known",
    why: (binding: string, prefill: string, decode: string): string =>
      prefill === decode
        ? `${binding}; prompts and tokens wait for ${decode}.`
        : `${binding}; prompts wait for ${prefill}, tokens for ${decode}.`,
    bindings: (binding: Binding, held: string): string => {
      const limits: Readonly<Record<LimitName, string>> = {
        ttft: "the time to first token",
        tpot: "the time per output token",
        latency: "the time of a request",
        costPerHour: "the budget",
        power: "the power",
        devices: "the number of devices",
      };
      if (binding === "cache")
        return `The KV cache is full at ${held} requests in flight a replica`;
      if (binding === "sequences") return `The engine schedules at most ${held} requests`;
      if (binding === "demand")
        return `Nothing limits it: it could hold ${held} requests a replica`;
      return `More than ${held} requests in flight a replica would break ${limits[binding]}`;
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
    all: (count: number): string => `Show all ${count}`,
    unpriced: "unpriced",
  },
};

export type Words = typeof en;
