/** Ranked ways to run a network in batches, for programs and for people. */
import {
  explainBatches,
  planBatches,
  quantityText,
  significant,
  type BatchPlan,
  type BatchPlanAnswer,
  type BatchPlanRequest,
  type Model,
  type PlanRequest,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { bestText } from "./best-text.ts";
import { explained } from "./explained.ts";
import { inputError } from "./input-error.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import {
  batchLimitSentence,
  batchReasonSentences,
  refusalText,
  refusedText,
} from "./plan-reasons.ts";
import type { QuantityRow } from "./quantity-table.ts";
import type { Shell } from "./shell.ts";

/** Errors: limits on tokens, and users who wait for them. */
export function batchPlanAnswer(
  asked: Omit<PlanRequest, "model"> & { readonly model: Model },
  { top, explain: isExplained }: { readonly top: number; readonly explain?: true },
): Answer {
  const request = batchRequest(asked);
  const answer = planBatches(request);
  const [best] = answer.plans;
  const reasons = isExplained === true && best !== undefined ? explainBatches(request, best) : null;
  return {
    json: { ...answer, ...(reasons === null ? {} : { explanation: reasons }) },
    text: (shell) =>
      answer.plans.length === 0
        ? refusalText({ ...answer, plans: [] }, request.stock !== undefined, shell)
        : [
            paint(shell, "bold", titleOf(request)),
            "",
            laidOut(planTable(answer.plans.slice(0, top)), shell),
            ...detail(request, best, shell),
            ...explained(
              shell,
              answer.plans.slice(0, top).map(batchLimitSentence),
              best === undefined || reasons === null
                ? null
                : batchReasonSentences(request.objective, best, reasons),
            ),
            summary(answer, top),
            "",
          ].join("\n"),
  };
}

/** Of the demand a network has the rate, of the limits those without tokens. */
function batchRequest(
  asked: Omit<PlanRequest, "model"> & { readonly model: Model },
): BatchPlanRequest {
  const { model, demand } = asked;
  const { ttft, tpot, ...limits } = asked.limits;
  const users = demand.kind === "users" ? demand.users : undefined;
  for (const [flag, value] of Object.entries({ ttft, tpot, users })) {
    if (value !== undefined) {
      throw inputError(`--${flag}`, "a model that produces tokens", model.name);
    }
  }
  return { ...asked, limits, ...(demand.kind === "rate" ? { rate: demand.rate } : {}) };
}

function titleOf({ model, rate, objective }: BatchPlanRequest): string {
  const load = rate === undefined ? "one device" : `${significant(rate)} samples a second`;
  return `${model.name}, ${load}, least ${objective} first`;
}

const MILLION = 1e6;

function planTable(plans: readonly BatchPlan[]): Table {
  return {
    columns: [
      { title: "devices", align: "left", flexible: true },
      { title: "formats", align: "left" },
      { title: "batch", align: "right" },
      { title: "latency", align: "right" },
      { title: "items/s", align: "right" },
      { title: "$/h", align: "right" },
      { title: "$/Mitem", align: "right" },
      { title: "J/item", align: "right" },
      { title: "sure", align: "right" },
    ],
    rows: plans.map(({ system, placement, batch, estimate, latency, costPerItem, confidence }) => [
      `${placement.replicas} × ${system.device.id}`,
      placement.numerics.name,
      String(batch),
      quantityText(latency.p50, "time"),
      significant(estimate.itemRate.p50),
      estimate.costPerHour === null ? "" : significant(estimate.costPerHour.p50),
      costPerItem === null ? "" : significant(MILLION * costPerItem.p50),
      significant(estimate.energyPerItem.p50),
      confidence.toFixed(2),
    ]),
  };
}

function summary({ plans, tried, refused }: BatchPlanAnswer, top: number): string {
  const reasons = refusedText(refused);
  const shown = `${Math.min(top, plans.length)} of ${plans.length} plans from ${tried} candidates`;
  return reasons === "" ? shown : `${shown}; refused: ${reasons}`;
}

/** The best plan, quantity by quantity. */
function detail(
  { model }: BatchPlanRequest,
  plan: BatchPlan | undefined,
  shell: Shell,
): readonly string[] {
  if (plan === undefined) return [];
  const { system, estimate, latency } = plan;
  const rows: readonly QuantityRow[] = [
    ["time of a batch", estimate.latency, "time"],
    ["with the wait for it to fill", latency, "time"],
    ["samples", estimate.itemRate, "sampleRate"],
    ["power at the wall", estimate.power, "power"],
    ["energy per item", estimate.energyPerItem, "energy"],
    ["cost per hour", estimate.costPerHour, "money"],
  ];
  const assumptions = [...(model.assumptions ?? []), ...estimate.assumptions];
  return bestText({ system, rows, assumptions }, shell);
}
