/** A claim beside bounds, predictions and published figures. */
import {
  figureRatios,
  significant,
  type Claim,
  type ClaimPrediction,
  type Machines,
  type Pair,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

export function listAnswer(claims: readonly Claim[]): Answer {
  return {
    json: { claims },
    text: (shell) =>
      laidOut(
        {
          columns: [
            { title: "claim", align: "left", flexible: true },
            { title: "verdict", align: "left" },
          ],
          rows: claims.map(({ statement, verdict }) => [statement, verdict]),
        },
        shell,
      ),
  };
}

interface Shown {
  readonly claim: Claim | null;
  readonly pair: Pair | null;
  readonly predicted: readonly ClaimPrediction[];
}

export function claimAnswer({ claim, pair, predicted }: Shown): Answer {
  const figures = pair === null ? [] : figureRatios(pair);
  return {
    json: { claim, figures, predicted },
    text: (shell) =>
      [
        ...(claim === null ? [] : [paint(shell, "bold", claim.statement), ""]),
        ...(pair === null
          ? []
          : [
              `${machinesText(pair.of)} over ${machinesText(pair.over)}`,
              "",
              laidOut(ratioTable("bound by datasheet", figures.map(boundCells)), shell),
              laidOut(
                ratioTable(
                  "predicted inference, BF16 or what a device has instead",
                  predicted.map(predictedCells),
                ),
                shell,
              ),
            ]),
        ...(claim === null ? [] : verdictLines(claim, shell)),
        "",
      ].join("\n"),
  };
}

function machinesText({ system, count }: Machines): string {
  return `${count} × ${system.device.name}`;
}

function boundCells({ name, ratio }: { readonly name: string; readonly ratio: number }) {
  return [name, `${significant(ratio)}×`, ""];
}

function predictedCells({ workload, answer }: ClaimPrediction): readonly string[] {
  if ("reason" in answer) return [workload, "", answer.message];
  const { p10, p50, p90, basis } = answer;
  return [workload, `${significant(p50)}× [${significant(p10)}–${significant(p90)}]`, basis];
}

function ratioTable(title: string, rows: readonly (readonly string[])[]): Table {
  return {
    columns: [
      { title, align: "left" },
      { title: "ratio", align: "right" },
      { title: "basis", align: "left", flexible: true },
    ],
    rows,
  };
}

function verdictLines({ facts, verdict, because }: Claim, shell: Shell): readonly string[] {
  return [
    paint(shell, "bold", "Published"),
    ...facts.map(({ text, source }) => `- ${text} (${source})`),
    "",
    `${paint(shell, "bold", `Verdict: ${verdict}.`)} ${because}`,
  ];
}
