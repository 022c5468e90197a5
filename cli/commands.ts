/** Every command, in the order data flows. */
import type { CommandEntry } from "./answer.ts";

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "read",
    summary: "read a model: its parts, parameters and number formats",
    load: async () => (await import("./commands/read.ts")).read,
    schema: async () => (await import("./schemas/model.ts")).readSchema,
  },
  {
    name: "expand",
    summary: "show the operators of one step of a model, with FLOPs and bytes",
    load: async () => (await import("./commands/expand.ts")).expandCommand,
    schema: async () => (await import("./schemas/operators.ts")).expandSchema,
  },
  {
    name: "estimate",
    summary: "estimate one model on one placement: time, memory, energy, money, carbon",
    load: async () => (await import("./commands/estimate.ts")).estimateCommand,
    schema: async () => (await import("./schemas/estimate.ts")).estimateSchema,
  },
  {
    name: "plan",
    summary: "rank ways to serve a model: devices, how many, split, formats, engine, cost",
    load: async () => (await import("./commands/plan.ts")).planCommand,
    schema: async () => (await import("./schemas/plan.ts")).planSchema,
  },
  {
    name: "simulate",
    summary: "simulate a placement under traffic: percentiles, goodput, queues, energy over time",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
    schema: async () => (await import("./schemas/simulate.ts")).simulateSchema,
  },
  {
    name: "capacity",
    summary:
      "find the largest rate within limits, or the fewest replicas for a rate, by simulation",
    load: async () => (await import("./commands/capacity.ts")).capacityCommand,
    schema: async () => (await import("./schemas/capacity.ts")).capacitySchema,
  },
  {
    name: "deadlines",
    summary: "simulate periodic work, as of cameras: deadlines missed, worst case, percentiles",
    load: async () => (await import("./commands/deadlines.ts")).deadlinesCommand,
    schema: async () => (await import("./schemas/deadlines.ts")).deadlinesSchema,
  },
  {
    name: "sweep",
    summary: "simulate plans x rates x seeds: on threads, in shards, or by workers of a queue",
    load: async () => (await import("./commands/sweep.ts")).sweepCommand,
    schema: async () => (await import("./schemas/sweep.ts")).sweepSchema,
  },
  {
    name: "worker",
    summary: "take points of sweeps from a queue on Redis or Valkey, until stopped",
    load: async () => (await import("./commands/worker.ts")).workerCommand,
    schema: async () => (await import("./schemas/sweep.ts")).workerSchema,
  },
  {
    name: "cost",
    summary: "what it costs to own, rent, reserve or take on spot: an hour, a unit of work, a run",
    load: async () => (await import("./commands/cost.ts")).costCommand,
    schema: async () => (await import("./schemas/worth.ts")).costSchema,
  },
  {
    name: "energy",
    summary: "power by component over a day, joules a unit of work, carbon by place and hour",
    load: async () => (await import("./commands/energy.ts")).energyCommand,
    schema: async () => (await import("./schemas/worth.ts")).energySchema,
  },
  {
    name: "invest",
    summary: "buy, rent or wait: net present cost over years, and what it hangs on",
    load: async () => (await import("./commands/invest.ts")).investCommand,
    schema: async () => (await import("./schemas/worth.ts")).investSchema,
  },
  {
    name: "reliability",
    summary: "failures and repairs: availability, spares, checkpoints, what each takes down",
    load: async () => (await import("./commands/reliability.ts")).reliabilityCommand,
    schema: async () => (await import("./schemas/worth.ts")).reliabilitySchema,
  },
  {
    name: "rightsize",
    summary: "what to change in what runs today, what it saves, how sure",
    load: async () => (await import("./commands/rightsize.ts")).rightsizeCommand,
    schema: async () => (await import("./schemas/worth.ts")).rightsizeSchema,
  },
  {
    name: "prices",
    summary: "list the ages of prices, or refresh them from the open feeds of AWS, Azure and GCP",
    load: async () => (await import("./commands/prices.ts")).pricesCommand,
    schema: async () => (await import("./schemas/prices.ts")).pricesSchema,
  },
  {
    name: "watch",
    summary: "watch accelerators and host: history, alerts with what to do, a Prometheus endpoint",
    load: async () => (await import("./commands/watch.ts")).watchCommand,
    schema: async () => (await import("./schemas/watch.ts")).watchSchema,
  },
  {
    name: "catalogue",
    summary: "list, filter and show devices, systems, prices, grids and models",
    load: async () => (await import("./commands/catalogue.ts")).catalogueCommand,
    schema: async () => (await import("./schemas/catalogue.ts")).catalogueSchema,
  },
  {
    name: "validate",
    summary: "predict published measurements and show the errors",
    load: async () => (await import("./commands/validate.ts")).validateCommand,
    schema: async () => (await import("./schemas/validation.ts")).validationSchema,
  },
  {
    name: "measure",
    summary: "measure a model on this machine, or what the machine reaches (measure lanes)",
    load: async () => (await import("./commands/measure.ts")).measureCommand,
    schema: async () => (await import("./schemas/measure.ts")).measureSchema,
  },
  {
    name: "calibrate",
    summary: "fit a profile on your own measurements; predict kernels of devices left out",
    load: async () => (await import("./commands/calibrate.ts")).calibrateCommand,
    schema: async () => (await import("./schemas/calibration.ts")).calibrationSchema,
  },
  {
    name: "optimise",
    summary: "make an ONNX model faster on this machine, and prove that it is, and still sound",
    load: async () => (await import("./commands/optimise.ts")).optimiseCommand,
    schema: async () => (await import("./schemas/optimise.ts")).optimiseSchema,
  },
  {
    name: "verify",
    summary: "measure here what the certificate of tenlane optimise claims, claim by claim",
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
    schema: async () => (await import("./schemas/optimise.ts")).verifySchema,
  },
  {
    name: "claim",
    summary: "check a claim of machines: bounds, predictions, published figures, a verdict",
    load: async () => (await import("./commands/claim.ts")).claimCommand,
    schema: async () => (await import("./schemas/claim.ts")).claimOutput,
  },
  {
    name: "web",
    summary: "open the page in a browser, served from this machine",
    load: async () => (await import("./commands/web.ts")).webCommand,
    schema: async () => (await import("./schemas/serve.ts")).serveSchema,
  },
  {
    name: "serve",
    summary: "serve the page and an HTTP API of the same questions, to this machine alone",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
    schema: async () => (await import("./schemas/serve.ts")).serveSchema,
  },
  {
    name: "mcp",
    summary: "answer the same questions to an assistant: Model Context Protocol over stdio",
    load: async () => (await import("./commands/mcp.ts")).mcpCommand,
  },
  {
    name: "schema",
    summary: "print the JSON Schema of what a command's --json prints",
    load: async () => (await import("./commands/schema.ts")).schemaOf(COMMANDS),
  },
  {
    name: "completion",
    summary: "print a completion script for bash, zsh or fish",
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
