/** One estimate of a model that reads a batch and answers at once: samples a second, and what one waits for. */
import {
  byBound,
  byGroup,
  deviceCount,
  quantityText,
  type BatchEstimate,
  type BatchQuery,
  type Infeasible,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { infeasibleText, operatorTimes } from "./estimate-answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { quantityTable, type QuantityRow } from "./quantity-table.ts";

/** The batch asked for, and one sample alone. */
export interface BatchAnswers {
  readonly batch: BatchEstimate | Infeasible;
  readonly alone: BatchEstimate | Infeasible;
}

export function batchAnswer(
  { model, system, placement, batch }: BatchQuery,
  answers: BatchAnswers,
  isDetailed: boolean,
): Answer {
  const { parallel, replicas, numerics, engine } = placement;
  const devices = deviceCount(parallel) * replicas;
  const title = `${model.name} (${numerics.name}) on ${devices} × ${system.device.name}, ${engine.name}, ${quantityText(batch, "count")} at a time`;
  const { batch: answer, alone } = answers;
  if (answer.kind === "infeasible" || alone.kind === "infeasible") {
    const refusal = answer.kind === "infeasible" ? answer : alone;
    return {
      json: refusal,
      text: (shell) =>
        [
          paint(shell, "bold", title),
          "",
          refusal.kind === "infeasible" ? infeasibleText(refusal, shell) : "",
        ].join("\n"),
    };
  }
  return {
    json: { ...answer, alone: alone.latency },
    text: (shell) =>
      [
        paint(shell, "bold", title),
        "",
        laidOut(answerTable(answer, alone), shell),
        laidOut(partTable(answer), shell),
        ...(isDetailed ? [laidOut(operatorTimes("the batch", answer.operators), shell)] : []),
        ...[...(model.assumptions ?? []), ...answer.assumptions].map(
          (text) => `${paint(shell, "yellow", "assumed")} ${text}`,
        ),
        "",
      ].join("\n"),
  };
}

const MILLION = 1e6;

function answerTable(answer: BatchEstimate, alone: BatchEstimate): Table {
  const rows: readonly QuantityRow[] = [
    ["samples", answer.itemRate, "sampleRate"],
    ["latency of the batch", answer.latency, "time"],
    ["latency of one alone", alone.latency, "time"],
    ["power at the wall", answer.power, "power"],
    ["energy per sample", answer.energyPerItem, "energy"],
    ["cost per hour", answer.costPerHour, "money"],
    ["cost per million samples", answer.costPerItem, "money", MILLION],
    ["carbon per million samples", answer.carbonPerItem, "carbon", MILLION],
  ];
  return quantityTable(rows);
}

/** Where the batch's time goes on the device, by part and by the resource waited for; and the link beside it. */
function partTable({ operators, transfer, hosted, latency }: BatchEstimate): Table {
  const whole = latency.p50;
  const parts = [
    ...byGroup(operators),
    ...byBound(operators).map((each) => ({ ...each, name: `(${each.name})` })),
  ];
  const scale = (whole - transfer - hosted) / operators.reduce((sum, each) => sum + spent(each), 0);
  return {
    columns: [
      { title: "part, (resource)", align: "left" },
      { title: "time", align: "right" },
      { title: "share", align: "right" },
    ],
    rows: [
      ...parts.map(({ name, time }) => timed(name, time * scale, whole)),
      timed("transfer from and to the host", transfer, whole),
      ...(hosted === 0 ? [] : [timed("pictures and answers, by the host", hosted, whole)]),
    ],
  };
}

function spent({ time, operator }: BatchEstimate["operators"][number]): number {
  return time * operator.count;
}

function timed(name: string, time: number, whole: number): readonly string[] {
  return [name, quantityText(time, "time"), quantityText(time / whole, "fraction")];
}
