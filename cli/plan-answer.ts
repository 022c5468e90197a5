/** Ranked plans, for programs and for people. */
import {
  placementDevices,
  placementText,
  quantityText,
  significant,
  splitText,
  type Check,
  type Counterfactual,
  type Plan,
  type PlanAnswer,
  type PlanRequest,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { bestText } from "./best-text.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { checkText, keptText } from "./plan-check.ts";
import { limitSentence, reasonSentences, refusalText, refusedText } from "./plan-reasons.ts";
import type { QuantityRow } from "./quantity-table.ts";
import type { Shell } from "./shell.ts";

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
  return {
    json: { ...answer, plans, ...(reasons === null ? {} : { explanation: reasons }) },
    text: (shell) =>
      answer.plans.length === 0
        ? refusalText(answer, request.stock !== undefined, shell)
        : [
            paint(shell, "bold", titleOf(request)),
            "",
            laidOut(planTable(answer.plans.slice(0, top), checks), shell),
            ...detail(answer.plans[0], shell),
            ...checkText(request, answer.plans, checks, shell),
            ...explained(request, answer.plans.slice(0, top), reasons, shell),
            summary(answer, top),
            "",
          ].join("\n"),
  };
}

/** What limits each plan that is shown, then what would change the first. */
function explained(
  request: PlanRequest,
  plans: readonly Plan[],
  reasons: readonly Counterfactual[] | null,
  shell: Shell,
): readonly string[] {
  const [best] = plans;
  if (reasons === null || best === undefined) return [];
  return [
    paint(shell, "bold", "Why each is limited where it is"),
    "",
    ...plans.map((plan) => limitSentence(plan, request.limits)),
    "",
    paint(shell, "bold", "What would change the best"),
    "",
    ...reasonSentences(request, best, reasons),
    "",
  ];
}

function titleOf({ model, workload, objective }: PlanRequest): string {
  const lengths = `${workload.input.mean} tokens in, ${workload.output.mean} out`;
  return `${model.name}, ${workload.name} (${lengths}), least ${objective} first`;
}

const MILLION = 1e6;

function planTable(plans: readonly Plan[], checks: Shown["checks"]): Table {
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
      ...(checks.size > 0 ? [{ title: "kept", align: "right" } as const] : []),
      ...(checks.size > 0 ? [] : [{ title: "limit", align: "left" } as const]),
    ],
    rows: plans.map((plan) => planCells(plan, checks)),
  };
}

function planCells(plan: Plan, checks: Shown["checks"]): readonly string[] {
  const { system, placement, estimate, binding, confidence } = plan;
  const check = checks.get(plan);
  const kept = check === undefined ? "" : keptText(check);
  const { numerics, engine } = placement;
  const { ttft, tpot, costPerHour, costPerToken, energyPerToken } = estimate;
  return [
    `${placementDevices(placement)} × ${system.device.id}`,
    placementText(placement),
    numerics.name,
    engine.id,
    quantityText(ttft.p50, "time"),
    quantityText(tpot.p50, "time"),
    costPerHour === null ? "" : significant(costPerHour.p50),
    costPerToken === null ? "" : significant(MILLION * costPerToken.p50),
    significant(energyPerToken.p50),
    confidence.toFixed(2),
    checks.size > 0 ? kept : binding,
  ];
}

/** The best plan with its intervals. */
function detail(best: Plan | undefined, shell: Shell): readonly string[] {
  if (best === undefined) return [];
  const { estimate, system } = best;
  const rows: readonly QuantityRow[] = [
    ["time to first token", estimate.ttft, "time"],
    ["time per output token", estimate.tpot, "time"],
    ["request end to end", estimate.latency, "time"],
    ["output", estimate.outputRate, "tokenRate"],
    ["power at the wall", estimate.power, "power"],
    ["energy per output token", estimate.energyPerToken, "energy"],
    ["cost per hour", estimate.costPerHour, "money"],
    ["carbon per output token", estimate.carbonPerToken, "carbon"],
  ];
  const { assumptions } = estimate;
  return bestText({ system, rows, assumptions, before: poolsText(best.placement) }, shell);
}

/** How many devices compute prompts alone, and how many tokens. */
function poolsText({ prefill, ...decoding }: Plan["placement"]): readonly string[] {
  if (prefill === undefined) return [];
  const { parallel, replicas } = decoding;
  const decodes = placementDevices(decoding);
  const prompts = placementDevices({ ...decoding, ...prefill });
  return [
    `Prompts on ${prompts} of the devices (${splitText(prefill.parallel, prefill.replicas)}), ` +
      `tokens on ${decodes} (${splitText(parallel, replicas)})`,
  ];
}

function summary({ plans, tried, refused }: PlanAnswer, top: number): string {
  const shown = Math.min(top, plans.length);
  const reasons = refusedText(refused);
  return `${shown} of ${plans.length} plans from ${tried} candidates${reasons === "" ? "" : `; refused: ${reasons}`}`;
}
