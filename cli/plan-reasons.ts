/** Why a plan is what it is, and what would change it, in sentences. */
import {
  placementDevices,
  placementText,
  quantityText,
  roundedUp,
  significant,
  type BatchPlan,
  type Bound,
  type Breach,
  type Change,
  type Counterfactual,
  type Infeasible,
  type LimitName,
  type Limits,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type QuantityKind,
  type Ranking,
  type Refusal,
  type Relaxed,
} from "../core/index.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

interface LimitWords {
  readonly name: string;
  readonly kind: QuantityKind;
  readonly flag: string;
  readonly after?: string;
}

const LIMITS: Readonly<Record<LimitName, LimitWords>> = {
  ttft: { name: "ttft", kind: "time", flag: "--ttft" },
  tpot: { name: "tpot", kind: "time", flag: "--tpot" },
  latency: { name: "latency", kind: "time", flag: "--latency" },
  costPerHour: { name: "cost an hour", kind: "money", flag: "--budget", after: "/h" },
  power: { name: "power", kind: "power", flag: "--power" },
  devices: { name: "devices", kind: "count", flag: "--devices-max" },
};

const RESOURCES: Readonly<Record<Bound, string>> = {
  compute: "arithmetic",
  memory: "memory bandwidth",
  link: "links between devices",
  overhead: "launches and other fixed costs",
};

/** "--tpot 40 ms": a limit as it is asked for. */
function limitText(limit: LimitName, allowed: number): string {
  const { kind, flag, after = "" } = LIMITS[limit];
  return `${flag} ${quantityText(allowed, kind)}${after}`;
}

/** One sentence: what keeps the plan from serving more, and what its steps wait for. */
export function limitSentence(plan: Plan, limits: Limits): string {
  const { bound } = plan.estimate;
  const steps =
    bound.prefill === bound.decode
      ? `prompts and tokens wait for ${RESOURCES[bound.decode]}`
      : `prompts wait for ${RESOURCES[bound.prefill]}, tokens for ${RESOURCES[bound.decode]}`;
  return `${devicesText(plan)}: ${bindingText(plan, limits)}; ${steps}.`;
}

function bindingText({ binding, concurrency }: Plan, limits: Limits): string {
  const held = `${significant(concurrency.max)} requests in flight a replica`;
  switch (binding) {
    case "cache":
      return `the KV cache is full at ${held}`;
    case "sequences":
      return `the engine schedules at most ${held}`;
    case "demand":
      return `nothing limits it, the demand fills ${significant(concurrency.mean)} of ${held}`;
    default:
      return `more than ${held} would break ${limitText(binding, limits[binding] ?? NaN)}`;
  }
}

export function devicesText({ system, placement }: Pick<Plan, "system" | "placement">): string {
  return `${quantityText(placementDevices(placement), "count")} × ${system.device.id}`;
}

/** One sentence a change: what it would do to the objective, and what would then limit. */
export function reasonSentences(
  { objective, limits }: PlanRequest,
  best: Plan,
  reasons: readonly Counterfactual[],
): readonly string[] {
  return reasons.map(({ change, answer, ratio }) => {
    if (!("estimate" in answer))
      return `${changeText(change)}: not possible; ${missText(answer.infeasible)}.`;
    const then = outcome(answer, best, limits);
    return `${changeText(change)}: ${effectText(objective, ratio)}; ${then}.`;
  });
}

/** Ratios closer to one than this change nothing that a user would notice. */
const NOTICED = 0.005;

/** "12 % better in cost": the objective after a change over before it, null where it is not known. */
export function effectText(objective: string, ratio: number | null): string {
  if (ratio === null) return `${objective} unknown, as no price or place is known`;
  if (Math.abs(ratio - 1) < NOTICED) return `${objective} stays as it is`;
  const percent = significant(100 * Math.abs(1 - ratio));
  if (ratio < 1) return `${percent} % better in ${objective}`;
  return ratio >= 2
    ? `${significant(ratio)} times worse in ${objective}`
    : `${percent} % worse in ${objective}`;
}

/** The same of a network: the batch and the devices that are then best. */
export function batchReasonSentences(
  objective: string,
  best: BatchPlan,
  reasons: readonly Counterfactual<BatchPlan>[],
): readonly string[] {
  return reasons.map(({ change, answer, ratio }) => {
    if (!("estimate" in answer))
      return `${changeText(change)}: not possible; ${missText(answer.infeasible)}.`;
    const same = devicesText(answer) === devicesText(best) ? "still " : "";
    const then = `${same}${devicesText(answer)}, batches of ${answer.batch} in ${quantityText(answer.estimate.latency.p50, "time")}`;
    return `${changeText(change)}: ${effectText(objective, ratio)}; ${then}.`;
  });
}

/** What most of a batch's time goes into. */
export function batchLimitSentence(plan: BatchPlan): string {
  const { operators, decode, transfer, hosted } = plan.estimate;
  const times = new Map<string, number>([
    ["the transfer from and to the host", transfer],
    ["the processor aboard", hosted],
  ]);
  for (const { bound, time, operator } of [...operators, ...decode]) {
    const resource = RESOURCES[bound];
    times.set(resource, (times.get(resource) ?? 0) + time * operator.count);
  }
  const [[resource]] = [...times].toSorted(([, a], [, b]) => b - a) as [[string, number]];
  return `${devicesText(plan)}: batches of ${plan.batch} wait most for ${resource}.`;
}

function outcome(after: Plan, before: Plan, limits: Limits): string {
  const tokens = quantityText(after.estimate.tpot.p50, "time");
  const same = devicesText(after) === devicesText(before) ? "still " : "";
  return `${same}${devicesText(after)}, ${tokens} a token, ${bindingText(after, limits)}`;
}

function changeText(change: Change): string {
  switch (change.kind) {
    case "memory-bandwidth":
      return "With twice the memory bandwidth";
    case "compute":
      return "With twice the arithmetic";
    case "link":
      return "With twice the link bandwidth";
    case "memory-capacity":
      return "With twice the memory";
    case "numerics":
      return `In ${change.numerics.toUpperCase()}`;
    case "tensor":
      return `Split TP${change.tensor}`;
    case "limit":
      return `With twice the time of ${LIMITS[change.limit].flag}`;
    case "device":
      return `On the next generation, ${change.device}`;
  }
}

/** Why there is no plan, and the smallest change that would make one. */
export function refusalText(
  { nearest, tried, refused, relaxed = null }: Ranking & Partial<PlanAnswer>,
  isOwned: boolean,
  shell: Shell,
): string {
  const head = `${paint(shell, "yellow", "no plan")}: `;
  if (tried === 0)
    return `${head}no device that is sold matches, or multiplies in these formats; see tenlane catalogue --list prices\n`;
  return [
    `${head}none of ${tried} candidates does it (${refusedText(refused)})`,
    ...(relaxed === null ? nearestLines(nearest, isOwned) : relaxedLines(relaxed, isOwned)),
    "",
  ].join("\n");
}

function nearestLines(nearest: Refusal | null, isOwned: boolean): readonly string[] {
  if (nearest === null) return ["no single change would help"];
  const { infeasible } = nearest;
  return [
    `nearest: ${whereText(nearest)}: ${missText(infeasible)}`,
    ...adviceText(nearest, isOwned),
  ];
}

/** Each limit that had to give, then what to type. */
function relaxedLines({ breaches, plan }: Relaxed, isOwned: boolean): readonly string[] {
  const misses = breaches.map(missText).join("; ");
  const changes = breaches.map((breach) => relaxedFlag(breach, plan, isOwned)).join(" and ");
  return [`nearest: ${whereText(plan)}: ${misses}`, `change: relax to ${changes}`];
}

/** "ttft 48, memory 14": candidates by what refused them. */
export function refusedText(refused: PlanAnswer["refused"]): string {
  return Object.entries(refused)
    .map(([reason, count]) => `${reasonText(reason)} ${count}`)
    .join(", ");
}

function reasonText(reason: string): string {
  const named = Object.entries(LIMITS).find(([limit]) => limit === reason);
  return named === undefined ? reason : named[1].name;
}

function whereText({ system, placement }: Pick<Refusal, "system" | "placement">): string {
  const { numerics, engine } = placement;
  return `${devicesText({ system, placement })} ${placementText(placement)} ${numerics.name} ${engine.id}`;
}

function missText(infeasible: Infeasible | Breach): string {
  if (infeasible.kind === "infeasible") return infeasible.message;
  const { limit, allowed, reached } = infeasible;
  const { name, kind } = LIMITS[limit];
  return `${name} takes ${quantityText(reached, kind)}, allowed ${quantityText(allowed, kind)}`;
}

/** A limit is relaxed to what was reached; of what is missing it is said how much. */
function adviceText({ infeasible, system }: Refusal, isOwned: boolean): readonly string[] {
  if (infeasible.kind === "breach") {
    return [`change: relax to ${relaxedFlag(infeasible, { system }, isOwned)}`];
  }
  const { reason, needed, available } = infeasible;
  if (needed === undefined || available === undefined || available <= 0) return [];
  if (reason === "context")
    return [`change: requests of ${available} tokens at most, by --input and --output`];
  const times = significant(needed / available);
  if (reason === "memory" || reason === "cache")
    return [`change: ${times} times the memory: more devices, or a narrower --precision`];
  return reason === "rate" ? [`change: ${times} times the devices, or a lower --rate`] : [];
}

/** Rounded up to three digits, so that what is printed can be met and typed. */
function relaxedFlag(
  { limit, reached }: Breach,
  { system }: Pick<Refusal, "system">,
  isOwned: boolean,
): string {
  if (limit === "devices" && isOwned) return `--own "${reached} x ${system.device.id}"`;
  const { kind, flag, after = "" } = LIMITS[limit];
  const up = kind === "count" ? reached : roundedUp(reached);
  const text = quantityText(up, kind).replaceAll(" ", "");
  return kind === "money" ? `${flag} '${text}${after}'` : `${flag} ${text}`;
}
