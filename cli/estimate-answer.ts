/** One estimate, for programs and for people. */
import {
  byBound,
  byGroup,
  placementDevices,
  quantityText,
  rooflinePoints,
  type Estimate,
  type Infeasible,
  type Memory,
  type OperatorTime,
  type Query,
  type Roof,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paidText } from "./paid-text.ts";
import { paint } from "./paint.ts";
import { quantityTable, type QuantityRow } from "./quantity-table.ts";
import { roofOf, rooflineText } from "./roofline-text.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

export function estimateAnswer(
  { model, system, placement }: Query,
  answer: Estimate | Infeasible,
  isDetailed: boolean,
): Answer {
  const { numerics, engine } = placement;
  const devices = placementDevices(placement);
  const title = `${model.name} (${numerics.name}) on ${devices} × ${system.device.name}, ${engine.name}`;
  const roofline = answer.kind === "estimate" ? { roofline: rooflinePoints(answer) } : {};
  return {
    json: { ...answer, ...roofline },
    text: (shell) =>
      [
        paint(shell, "bold", title),
        ...(answer.kind === "infeasible" || answer.costPerHour === null
          ? []
          : [wrapped(`paid: ${paidText(system, shell)}`, shell.columns, 2)]),
        "",
        answer.kind === "infeasible"
          ? infeasibleText(answer, shell)
          : estimateText(answer, roofOf(system.device, numerics), shell, isDetailed),
      ].join("\n"),
  };
}

/** The honest answer may be no. */
export function infeasibleText({ reason, message }: Infeasible, shell: Shell): string {
  return `${paint(shell, "yellow", "not feasible")} (${reason}): ${message}\n`;
}

function estimateText(
  answer: Estimate,
  roof: Roof | null,
  shell: Shell,
  isDetailed: boolean,
): string {
  return [
    laidOut(answerTable(answer), shell),
    laidOut(memoryTable(answer.memory), shell),
    laidOut(groupTable(answer), shell),
    ...(roof === null ? [] : [rooflineText(answer, roof, shell)]),
    ...(isDetailed
      ? [operatorTimes("prefill", answer.prefill), operatorTimes("decode", answer.decode)].map(
          (table) => laidOut(table, shell),
        )
      : []),
    ...answer.assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
    "",
  ].join("\n");
}

const MILLION = 1e6;

/** What a user asks of a service, with its interval and what that rests on. */
function answerTable(answer: Estimate): Table {
  return quantityTable([
    ["time to first token", answer.ttft, "time"],
    ["time per output token", answer.tpot, "time"],
    ["request end to end", answer.latency, "time"],
    ["output", answer.outputRate, "tokenRate"],
    ["requests", answer.requestRate, "requestRate"],
    ...spentRows(answer),
  ]);
}

/** What a service under load draws and costs. */
export type Spent = Pick<
  Estimate,
  "power" | "energyPerToken" | "costPerHour" | "costPerToken" | "carbonPerToken"
>;

export function spentTable(answer: Spent): Table {
  return quantityTable(spentRows(answer));
}

function spentRows(answer: Spent): readonly QuantityRow[] {
  return [
    ["power at the wall", answer.power, "power"],
    ["energy per output token", answer.energyPerToken, "energy"],
    ["cost per hour", answer.costPerHour, "money"],
    ["cost per million output tokens", answer.costPerToken, "money", MILLION],
    ["carbon per million output tokens", answer.carbonPerToken, "carbon", MILLION],
  ];
}

function memoryTable(memory: Memory): Table {
  const parts = ["weights", "activations", "communication", "runtime", "cache"] as const;
  const rows = parts.map((part) => [
    part,
    quantityText(memory[part], "size"),
    quantityText(memory[part] / memory.capacity, "fraction"),
  ]);
  return {
    columns: [
      { title: "memory of a device", align: "left" },
      { title: "size", align: "right" },
      { title: "share", align: "right" },
    ],
    rows: [...rows, [`room for ${quantityText(memory.tokensMax, "tokens")} a replica`, "", ""]],
  };
}

/** Where the time goes: by part of the model, then by the resource that is waited for. */
function groupTable({ prefill, decode }: Estimate): Table {
  const phases = [
    { name: "prefill", times: prefill },
    { name: "decode", times: decode },
  ];
  const rows = phases.flatMap(({ name, times }) =>
    [...byGroup(times), ...byBound(times).map((each) => ({ ...each, name: `(${each.name})` }))].map(
      ({ name: part, time, share }) => [
        name,
        part,
        quantityText(time, "time"),
        quantityText(share, "fraction"),
      ],
    ),
  );
  return {
    columns: [
      { title: "step", align: "left" },
      { title: "part, (resource)", align: "left" },
      { title: "time", align: "right" },
      { title: "share", align: "right" },
    ],
    rows,
  };
}

/** Every operator of a phase. */
export function operatorTimes(phase: string, times: readonly OperatorTime[]): Table {
  const cells = ({ operator, time, bound, basis }: OperatorTime): readonly string[] => [
    operator.name,
    quantityText(operator.count, "count"),
    quantityText(time, "time"),
    quantityText(operator.count * time, "time"),
    bound,
    basis,
  ];
  return {
    columns: [
      { title: `operator of ${phase}`, align: "left", flexible: true },
      { title: "times", align: "right" },
      { title: "once", align: "right" },
      { title: "together", align: "right" },
      { title: "waits for", align: "left" },
      { title: "basis", align: "left" },
    ],
    rows: times.map(cells),
  };
}
