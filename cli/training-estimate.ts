/** One step of training, for programs and for people. */
import {
  intervalText,
  networkWaits,
  quantityText,
  type Infeasible,
  type Interval,
  type QuantityKind,
  type Table,
  type TrainingEstimate,
  type TrainingQuery,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { basisText } from "./basis-text.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { PARTS, waitingLines, type Part } from "./training-reasons.ts";

export function trainingEstimateAnswer(
  query: TrainingQuery,
  answer: TrainingEstimate | Infeasible,
): Answer {
  const { model, system, batch, tokens } = query;
  const waits = networkWaits(query);
  return {
    json: answer.kind === "infeasible" ? answer : { ...answer, waits },
    text: (shell) => {
      if (answer.kind === "infeasible") return `${refusal(answer)}\n`;
      const title = `${model.name} on ${answer.devices} × ${system.device.name}, ${batch} sequences of ${tokens} a step`;
      return [
        paint(shell, "bold", title),
        "",
        laidOut(quantityTable(answer), shell),
        laidOut(partTable(answer), shell),
        ...waitingLines(waits),
        laidOut(memoryTable(answer), shell),
        ...answer.assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
        "",
      ].join("\n");
    },
  };
}

function refusal({ message, needed, available }: Infeasible): string {
  if (needed === undefined || available === undefined) return `Not possible: ${message}.`;
  return `Not possible: ${message}: ${quantityText(needed, "size")} of ${quantityText(available, "size")}.`;
}

function quantityTable(answer: TrainingEstimate): Table {
  const rows: readonly (readonly [string, Interval | null, QuantityKind])[] = [
    ["step", answer.step, "time"],
    ["tokens", answer.tokensPerSecond, "tokenRate"],
    ["power at the wall", answer.power, "power"],
    ["cost per hour", answer.costPerHour, "money"],
  ];
  const known = rows.flatMap(([name, interval, kind]) =>
    interval === null ? [] : [[name, intervalText(interval, kind), basisText(interval, kind)]],
  );
  const used = [["MFU", quantityText(answer.utilisation, "fraction"), ""]];
  return {
    columns: [
      { title: "quantity", align: "left" },
      { title: "p50 [p10–p90]", align: "right" },
      { title: "basis", align: "left" },
    ],
    rows: [...known, ...used],
  };
}

/** Shares of a step below this are not shown. */
const SEEN = 1e-4;

function partTable({ parts, step }: TrainingEstimate): Table {
  const names = (Object.keys(parts) as Part[]).filter((part) => parts[part] > SEEN * step.p50);
  return {
    columns: [
      { title: "part", align: "left" },
      { title: "time", align: "right" },
      { title: "share", align: "right" },
    ],
    rows: names.map((part) => [
      PARTS[part],
      quantityText(parts[part], "time"),
      quantityText(parts[part] / step.p50, "fraction"),
    ]),
  };
}

function memoryTable({ memory }: TrainingEstimate): Table {
  const { capacity, ...held } = memory;
  const rows = Object.entries(held).filter(([, bytes]) => bytes > 0);
  return {
    columns: [
      { title: `memory of a device, ${quantityText(capacity, "size")}`, align: "left" },
      { title: "", align: "right" },
    ],
    rows: rows.map(([name, bytes]) => [name, quantityText(bytes, "size")]),
  };
}
