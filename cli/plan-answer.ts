/** Ranked plans, for programs and for people. */
import {
  placementDevices,
  placementText,
  quantityText,
  significant,
  splitText,
  type Check,
  type Column,
  type Counterfactual,
  type Interval,
  type Memory,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { bestText } from "./best-text.ts";
import { explained } from "./explained.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { checkText, keptText } from "./plan-check.ts";
import {
  devicesText,
  limitSentence,
  reasonSentences,
  refusalText,
  refusedText,
} from "./plan-reasons.ts";
import { unitOf, type Unit } from "./plan-unit.ts";
import type { QuantityRow } from "./quantity-table.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

interface Shown {
  /** What would change the best plan; null where nobody asked. */
  readonly reasons: readonly Counterfactual[] | null;
  /** Plans a person sees; programs get all. */
  readonly top: number;
  /** Of the plans that were simulated. */
  readonly checks: ReadonlyMap<Plan, Check>;
}

export function planAnswer(
  request: PlanRequest,
  answer: PlanAnswer,
  { reasons, top, checks }: Shown,
): Answer {
  const plans = answer.plans.map((plan) => {
    const simulated = checks.get(plan);
    return simulated === undefined ? plan : { ...plan, simulated };
  });
  const [best] = answer.plans;
  return {
    json: { ...answer, plans, ...(reasons === null ? {} : { explanation: reasons }) },
    text: (shell) =>
      answer.plans.length === 0
        ? refusalText(answer, request.stock !== undefined, shell)
        : [
            paint(shell, "bold", titleOf(request)),
            "",
            laidOut(planTable(request, answer.plans.slice(0, top), checks), shell),
            ...detail(request, best, shell),
            ...checkText(request, { plans: answer.plans, top, checks }, shell),
            ...explained(
              shell,
              answer.plans.slice(0, top).map((plan) => limitSentence(plan, request.limits)),
              best === undefined || reasons === null
                ? null
                : reasonSentences(request, best, reasons),
            ),
            summary(answer, top),
            "",
          ].join("\n"),
  };
}

function titleOf({ model, workload, objective }: PlanRequest): string {
  const lengths = `${workload.input.mean} tokens in, ${workload.output.mean} out`;
  return `${model.name}, ${workload.name} (${lengths}), least ${objective} first`;
}

const MILLION = 1e6;

function planTable(request: PlanRequest, plans: readonly Plan[], checks: Shown["checks"]): Table {
  const columns = columnsIn(unitOf(request));
  const shown = checks.size > 0 ? columns.toSpliced(-1, 0, keptColumn(checks)) : columns;
  return {
    columns: shown,
    rows: plans.map((plan) => shown.map(({ cell }) => cell(plan))),
  };
}

interface PlanColumn extends Column {
  readonly cell: (plan: Plan) => string;
}

const right = { align: "right" } as const;
const left = { align: "left" } as const;

function columnsIn(unit: Unit): readonly PlanColumn[] {
  return [
    {
      title: "devices",
      ...left,
      flexible: true,
      cell: devicesText,
    },
    { title: "split", ...left, cell: ({ placement }) => placementText(placement) },
    { title: "formats", ...left, cell: ({ placement }) => placement.numerics.name },
    { title: "engine", ...left, cell: ({ placement }) => placement.engine.id },
    { title: "batch", ...right, cell: ({ concurrency }) => significant(concurrency.max) },
    ...TIMES[unit],
    { title: "$/h", ...right, cell: ({ estimate }) => dollars(estimate.costPerHour) },
    {
      title: `$/M${unit}`,
      ...right,
      expendable: 4,
      cell: ({ estimate }) => dollars(estimate.costPerToken, MILLION),
    },
    {
      title: `J/${unit}`,
      ...right,
      expendable: 1,
      cell: ({ estimate }) => significant(estimate.energyPerToken.p50),
    },
    { title: "sure", ...right, expendable: 2, cell: ({ confidence }) => confidence.toFixed(2) },
    { title: "limit", ...left, expendable: 3, cell: ({ binding }) => binding },
  ];
}

const TIMES: Readonly<Record<Unit, readonly PlanColumn[]>> = {
  token: [timeColumn("TTFT", "ttft"), timeColumn("TPOT", "tpot")],
  answer: [timeColumn("latency", "latency")],
};

function timeColumn(title: string, name: "ttft" | "tpot" | "latency"): PlanColumn {
  return { title, ...right, cell: ({ estimate }) => quantityText(estimate[name].p50, "time") };
}

function keptColumn(checks: Shown["checks"]): PlanColumn {
  const cell = (plan: Plan): string => {
    const check = checks.get(plan);
    return check === undefined ? "" : keptText(check);
  };
  return { title: "kept", ...right, cell };
}

function dollars(cost: Interval | null, times = 1): string {
  return cost === null ? "" : significant(times * cost.p50);
}

/** The best plan with its intervals, what its devices hold, and what keeps it from more. */
function detail(request: PlanRequest, best: Plan | undefined, shell: Shell): readonly string[] {
  if (best === undefined) return [];
  const { estimate, system } = best;
  const { assumptions } = estimate;
  const before = poolsText(best.placement);
  const sentences = [memoryText(estimate.memory), limitSentence(best, request.limits)];
  const after = sentences.flatMap((sentence) => [wrapped(sentence, shell.columns), ""]);
  const rows = DETAILS[unitOf(request)](estimate);
  return bestText({ system, rows, assumptions, before, after }, shell);
}

const DETAILS: Readonly<Record<Unit, (estimate: Plan["estimate"]) => readonly QuantityRow[]>> = {
  token: (estimate) => [
    ["time to first token", estimate.ttft, "time"],
    ["time per output token", estimate.tpot, "time"],
    ["request end to end", estimate.latency, "time"],
    ["output", estimate.outputRate, "tokenRate"],
    ["power at the wall", estimate.power, "power"],
    ["energy per output token", estimate.energyPerToken, "energy"],
    ["cost per hour", estimate.costPerHour, "money"],
    ["carbon per output token", estimate.carbonPerToken, "carbon"],
  ],
  answer: (estimate) => [
    ["request end to end", estimate.latency, "time"],
    ["answers", estimate.requestRate, "requestRate"],
    ["power at the wall", estimate.power, "power"],
    ["energy per answer", estimate.energyPerToken, "energy"],
    ["cost per hour", estimate.costPerHour, "money"],
    ["carbon per answer", estimate.carbonPerToken, "carbon"],
  ],
};

/** What an encoder leaves free holds no cache. */
function memoryText(memory: Memory): string {
  const hasCache = Number.isFinite(memory.tokensMax);
  const parts = (["weights", "activations", "communication", "runtime"] as const)
    .filter((part) => memory[part] > 0)
    .map((part) => `${part} ${quantityText(memory[part], "size")}`);
  const cache = `cache ${quantityText(memory.cache, "size")} (${quantityText(memory.tokensMax, "tokens")} a replica)`;
  const all = [...parts, ...(hasCache ? [cache] : [])].join(", ");
  return `memory of a device, ${quantityText(memory.capacity, "size")}: ${all}`;
}

/** How many devices compute prompts alone, and how many tokens. */
function poolsText({ prefill, ...decoding }: Plan["placement"]): readonly string[] {
  if (prefill === undefined) return [];
  const { parallel, replicas } = decoding;
  const decodes = placementDevices(decoding);
  const prompts = placementDevices({ ...decoding, ...prefill });
  return [
    `Prompts on ${quantityText(prompts, "count")} of the devices (${splitText(prefill.parallel, prefill.replicas)}), ` +
      `tokens on ${quantityText(decodes, "count")} (${splitText(parallel, replicas)})`,
  ];
}

function summary({ plans, tried, refused }: PlanAnswer, top: number): string {
  const shown = Math.min(top, plans.length);
  const reasons = refusedText(refused);
  return `${shown} of ${plans.length} plans from ${tried} candidates${reasons === "" ? "" : `; refused: ${reasons}`}`;
}
