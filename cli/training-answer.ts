/** Ranked training plans, for programs and for people. */
import {
  quantityText,
  significant,
  type Table,
  type TrainingAnswer,
  type TrainingCounterfactual,
  type TrainingPlan,
  type TrainingRequest,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { bestText } from "./best-text.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { refusedText } from "./plan-reasons.ts";
import type { QuantityRow } from "./quantity-table.ts";
import type { Shell } from "./shell.ts";
import {
  changeSentence,
  layoutText,
  limitingSentence,
  missSentence,
  waitingLines,
} from "./training-reasons.ts";

export function trainingAnswer(
  request: TrainingRequest,
  answer: TrainingAnswer,
  {
    reasons,
    top,
  }: { readonly reasons: readonly TrainingCounterfactual[] | null; readonly top: number },
): Answer {
  return {
    json: { ...answer, ...(reasons === null ? {} : { explanation: reasons }) },
    text: (shell) => {
      const [best] = answer.plans;
      const shown = answer.plans.slice(0, top);
      if (best === undefined) return `${missSentence(answer)}\n`;
      return [
        paint(shell, "bold", titleOf(request)),
        "",
        laidOut(planTable(shown), shell),
        ...detail(best, shell),
        ...explained(request, shown, reasons, shell),
        summary(answer, shown.length),
        "",
      ].join("\n");
    },
  };
}

function titleOf({ model, run, objective }: TrainingRequest): string {
  const learnt = run.tuned === "all" ? "all weights" : "adapters";
  const tokens = `${quantityText(run.budget, "tokens")}, ${run.batch} sequences of ${run.tokens} a step`;
  return `${model.name}, ${run.name} (${learnt}; ${tokens}), least ${objective} first`;
}

function planTable(plans: readonly TrainingPlan[]): Table {
  return {
    columns: [
      { title: "devices", align: "left", flexible: true },
      { title: "layout", align: "left" },
      { title: "formats", align: "left" },
      { title: "step", align: "right" },
      { title: "tokens/s", align: "right" },
      { title: "MFU", align: "right" },
      { title: "memory", align: "right" },
      { title: "run", align: "right" },
      { title: "$", align: "right" },
    ],
    rows: plans.map(planCells),
  };
}

function planCells(plan: TrainingPlan): readonly string[] {
  const { system, layout, estimate, time, cost } = plan;
  return [
    `${estimate.devices} × ${system.device.id}`,
    layoutText(layout),
    layout.numerics.name,
    quantityText(estimate.step.p50, "time"),
    significant(estimate.tokensPerSecond.p50),
    quantityText(estimate.utilisation, "fraction"),
    quantityText(heldBytes(plan), "size"),
    quantityText(time.p50, "time"),
    cost === null ? "" : significant(cost.p50),
  ];
}

function heldBytes({ estimate: { memory } }: TrainingPlan): number {
  return memory.weights + memory.gradients + memory.optimiser + memory.activations;
}

/** The best plan with its intervals. */
function detail(best: TrainingPlan, shell: Shell): readonly string[] {
  const { estimate, system, reliability } = best;
  const rows: readonly QuantityRow[] = [
    ["step", estimate.step, "time"],
    ["tokens", estimate.tokensPerSecond, "tokenRate"],
    ["share of time that advances", reliability.goodput, "fraction"],
    ["whole run", best.time, "time"],
    ["cost", best.cost, "money"],
    ["power at the wall", estimate.power, "power"],
    ["energy", best.energy, "energy"],
    ["carbon", best.carbon, "carbon"],
  ];
  const after = [...waitingLines(best.waits), memoryLine(best), checkpointLine(best)];
  return [...bestText({ system, rows, assumptions: estimate.assumptions, after }, shell), ""];
}

function memoryLine({ estimate: { memory } }: TrainingPlan): string {
  const parts = (["weights", "gradients", "optimiser", "activations", "offloaded"] as const)
    .filter((part) => memory[part] > 0)
    .map((part) => `${part} ${quantityText(memory[part], "size")}`);
  return `memory of a device, ${quantityText(memory.capacity, "size")}: ${parts.join(", ")}`;
}

function checkpointLine({ reliability, estimate, steps }: TrainingPlan): string {
  const { between, interval, save, bytes } = reliability;
  const every = Math.max(1, Math.round(interval / estimate.step.p50));
  return [
    `${significant(steps)} steps; a failure every ${quantityText(between, "time")} on average`,
    `save ${quantityText(bytes, "size")} every ${significant(every)} steps (${quantityText(interval, "time")}), in ${quantityText(save, "time")}`,
  ].join("; ");
}

function explained(
  request: TrainingRequest,
  plans: readonly TrainingPlan[],
  reasons: readonly TrainingCounterfactual[] | null,
  shell: Shell,
): readonly string[] {
  if (reasons === null) return [];
  return [
    paint(shell, "bold", "What each waits for"),
    "",
    ...plans.map(limitingSentence),
    "",
    paint(shell, "bold", "What would change the best"),
    "",
    ...reasons.map((reason) => changeSentence(reason, request.objective)),
    "",
  ];
}

function summary({ plans, tried, refused }: TrainingAnswer, shown: number): string {
  const reasons = refusedText(refused);
  return `${shown} of ${plans.length} plans from ${tried} numbers of devices${reasons === "" ? "" : `; refused: ${reasons}`}`;
}
