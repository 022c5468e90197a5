/** Ranked plans, for programs and for people. */
import {
  deviceCount,
  intervalText,
  quantityText,
  significant,
  type Breach,
  type Change,
  type Counterfactual,
  type Infeasible,
  type Interval,
  type LimitName,
  type Parallel,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type QuantityKind,
  type Refusal,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

interface Shown {
  /** What would change the best plan; null where nobody asked. */
  readonly reasons: readonly Counterfactual[] | null;
  /** Plans a person sees; programs get all. */
  readonly top: number;
}

export function planAnswer(
  request: PlanRequest,
  answer: PlanAnswer,
  { reasons, top }: Shown,
): Answer {
  return {
    json: { ...answer, ...(reasons === null ? {} : { explanation: reasons }) },
    text: (shell) =>
      answer.plans.length === 0
        ? refusalText(answer, shell)
        : [
            paint(shell, "bold", titleOf(request)),
            "",
            laidOut(planTable(answer.plans.slice(0, top)), shell),
            ...detail(answer.plans[0], shell),
            ...(reasons === null ? [] : [laidOut(reasonTable(reasons), shell)]),
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

function planTable(plans: readonly Plan[]): Table {
  return {
    columns: [
      { title: "devices", align: "left", flexible: true },
      { title: "split", align: "left" },
      { title: "formats", align: "left" },
      { title: "engine", align: "left" },
      { title: "TTFT", align: "right" },
      { title: "TPOT", align: "right" },
      { title: "$/h", align: "right" },
      { title: "$/Mtoken", align: "right" },
      { title: "J/token", align: "right" },
      { title: "sure", align: "right" },
      { title: "limit", align: "left" },
    ],
    rows: plans.map(planCells),
  };
}

function planCells({ system, placement, estimate, binding, confidence }: Plan): readonly string[] {
  const { parallel, replicas, numerics, engine } = placement;
  const { ttft, tpot, costPerHour, costPerToken, energyPerToken } = estimate;
  return [
    `${deviceCount(parallel) * replicas} × ${system.device.id}`,
    splitText(parallel, replicas),
    numerics.name,
    engine.id,
    quantityText(ttft.p50, "time"),
    quantityText(tpot.p50, "time"),
    costPerHour === null ? "" : significant(costPerHour.p50),
    costPerToken === null ? "" : significant(MILLION * costPerToken.p50),
    significant(energyPerToken.p50),
    confidence.toFixed(2),
    binding,
  ];
}

/** "2×TP4": two replicas of four tensor ranks; a way of splitting that is not used is not named. */
function splitText({ tensor, pipeline, data, expert }: Parallel, replicas: number): string {
  const ways = [
    ["TP", tensor],
    ["PP", pipeline],
    ["DP", data],
    ["EP", expert],
  ] as const;
  const used = ways.filter(([, count]) => count > 1).map(([name, count]) => `${name}${count}`);
  return `${replicas}×${used.length === 0 ? "1" : used.join("")}`;
}

/** The best plan with its intervals. */
function detail(best: Plan | undefined, shell: Shell): readonly string[] {
  if (best === undefined) return [];
  const { estimate, system } = best;
  const rows: readonly (readonly [string, Interval | null, QuantityKind])[] = [
    ["time to first token", estimate.ttft, "time"],
    ["time per output token", estimate.tpot, "time"],
    ["request end to end", estimate.latency, "time"],
    ["output", estimate.outputRate, "tokenRate"],
    ["power at the wall", estimate.power, "power"],
    ["energy per output token", estimate.energyPerToken, "energy"],
    ["cost per hour", estimate.costPerHour, "money"],
    ["carbon per output token", estimate.carbonPerToken, "carbon"],
  ];
  const known = rows.flatMap(([name, interval, kind]) =>
    interval === null ? [] : [[name, intervalText(interval, kind), interval.basis]],
  );
  const { offer } = system;
  const paid =
    offer === undefined
      ? "no price known"
      : `${offer.provider} ${offer.name} ${offer.region ?? ""}, ${offer.kind}, price of ${offer.date ?? "unknown date"}`;
  return [
    `${paint(shell, "bold", "Best")}: ${system.device.name}, ${paid}`,
    "",
    laidOut(
      {
        columns: [
          { title: "quantity", align: "left" },
          { title: "p50 [p10–p90]", align: "right" },
          { title: "basis", align: "left" },
        ],
        rows: known,
      },
      shell,
    ),
    ...estimate.assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
  ];
}

function summary({ plans, tried, refused }: PlanAnswer, top: number): string {
  const shown = Math.min(top, plans.length);
  const reasons = refusedText(refused);
  return `${shown} of ${plans.length} plans from ${tried} candidates${reasons === "" ? "" : `; refused: ${reasons}`}`;
}

function refusedText(refused: PlanAnswer["refused"]): string {
  return Object.entries(refused)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(", ");
}

function refusalText({ nearest, tried, refused }: PlanAnswer, shell: Shell): string {
  return [
    `${paint(shell, "yellow", "no plan")}: none of ${tried} candidates does it (${refusedText(refused)})`,
    nearest === null ? "no single change would help" : `nearest: ${nearestText(nearest)}`,
    "",
  ].join("\n");
}

function nearestText({ system, placement, infeasible }: Refusal): string {
  const { parallel, numerics, engine } = placement;
  const where = `${deviceCount(parallel)} × ${system.device.id} ${splitText(parallel, 1)} ${numerics.name} ${engine.id}`;
  return `${where}: ${missText(infeasible)}`;
}

const LIMIT_KINDS: Readonly<Record<LimitName, QuantityKind>> = {
  ttft: "time",
  tpot: "time",
  latency: "time",
  costPerHour: "money",
  power: "power",
  devices: "count",
};

function missText(infeasible: Infeasible | Breach): string {
  if (infeasible.kind === "infeasible") return infeasible.message;
  const { limit, allowed, reached } = infeasible;
  const kind = LIMIT_KINDS[limit];
  return `${limit} reaches ${quantityText(reached, kind)}, allowed ${quantityText(allowed, kind)}`;
}

function reasonTable(reasons: readonly Counterfactual[]): Table {
  return {
    columns: [
      { title: "what if", align: "left" },
      { title: "objective", align: "right" },
      { title: "then", align: "left", flexible: true },
    ],
    rows: reasons.map(({ change, answer, ratio }) => [
      changeText(change),
      ratio === null ? "" : `× ${significant(ratio)}`,
      "estimate" in answer
        ? `${deviceCount(answer.placement.parallel) * answer.placement.replicas} devices, limited by ${answer.binding}`
        : missText(answer.infeasible),
    ]),
  };
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "memory-bandwidth":
      return "twice the memory bandwidth";
    case "compute":
      return "twice the arithmetic";
    case "link":
      return "twice the link bandwidth";
    case "memory-capacity":
      return "twice the memory";
    case "numerics":
      return `formats ${change.numerics}`;
    case "tensor":
      return `TP${change.tensor}`;
    case "limit":
      return `twice the ${change.limit} limit`;
    case "device":
      return `on ${change.device}`;
  }
}
