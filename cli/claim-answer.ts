/** A claim beside bounds, predictions and published figures. */
import {
  significant,
  type AskedClaim,
  type Claim,
  type ClaimPrediction,
  type Examined,
  type FigureRatio,
  type Known,
  type Machines,
  type Pair,
  type PublishedRatio,
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

export function claimAnswer({ claim, pair }: AskedClaim, known: Examined): Answer {
  return {
    json: { claim, ...known },
    text: (shell) =>
      [
        ...(claim === null ? [] : [paint(shell, "bold", claim.statement), ""]),
        ...(pair === null ? [] : pairLines(pair, known, shell)),
        ...(claim === null ? [] : verdictLines(claim, shell)),
        ...(known.judged === null ? [] : [sentence(known.judged, shell)]),
        "",
      ].join("\n"),
  };
}

function pairLines(
  pair: Pair,
  { figures, predicted, published }: Known,
  shell: Shell,
): readonly string[] {
  const uses = (["inference", "training"] as const).flatMap((use) => {
    const those = predicted.filter((each) => each.use === use);
    const title = `predicted ${use}, BF16 or what a device has instead`;
    return those.length === 0 ? [] : [ratioTable(title, "basis", those.map(predictedCells))];
  });
  const tables = [ratioTable("bound by datasheet", "", figures.map(boundCells)), ...uses];
  return [
    `${machinesText(pair.of)} over ${machinesText(pair.over)}`,
    "",
    ...tables.map((table) => laidOut(table, shell)),
    ...publishedLines(published, shell),
  ];
}

function publishedLines(published: readonly PublishedRatio[], shell: Shell): readonly string[] {
  if (published.length === 0) return ["No publication here measured both on equal work.", ""];
  const title = "published, each at its best on as many devices";
  const shown = published.slice(0, PUBLISHED_SHOWN).map(publishedCells);
  const middle = published.toSorted((a, b) => a.median - b.median)[published.length >> 1];
  const more = published.length - PUBLISHED_SHOWN;
  return [
    laidOut(ratioTable(title, "workloads, source", shown), shell),
    ...(more <= 0 || middle === undefined
      ? []
      : [
          `and ${more} more, half of all above ${significant(middle.median)}×; --json has them`,
          "",
        ]),
    ...(published.some(({ source }) => source.includes("MLPerf")) ? [MLPERF, ""] : []),
  ];
}

const PUBLISHED_SHOWN = 12;

/** Source: MLCommons, results messaging guidelines: figures derived from results say so */
const MLPERF =
  "MLPerf results as published at mlcommons.org; their ratios are tenlane's, not verified by MLCommons.";

function machinesText({ system, count }: Machines): string {
  return `${count} × ${system.device.name}`;
}

function boundCells({ name, ratio }: FigureRatio): readonly string[] {
  return [name, `${significant(ratio)}×`, ""];
}

function predictedCells({ workload, answer }: ClaimPrediction): readonly string[] {
  if ("reason" in answer) return [workload, "", answer.message];
  const { p10, p50, p90, basis } = answer;
  return [workload, `${significant(p50)}× [${significant(p10)}–${significant(p90)}]`, basis];
}

function publishedCells(each: PublishedRatio): readonly string[] {
  const { about, least, median, most, workloads, source } = each;
  const range = workloads === 1 ? "" : ` [${significant(least)}–${significant(most)}]`;
  return [about, `${significant(median)}×${range}`, `${workloads}, ${source}`];
}

function ratioTable(title: string, last: string, rows: readonly (readonly string[])[]): Table {
  return {
    columns: [
      { title, align: "left" },
      { title: "ratio", align: "right" },
      { title: last, align: "left", flexible: true },
    ],
    rows,
  };
}

function verdictLines(claim: Claim, shell: Shell): readonly string[] {
  return [
    paint(shell, "bold", "Published"),
    ...claim.facts.map(({ text, source }) => `- ${text} (${source})`),
    "",
    sentence(claim, shell),
  ];
}

function sentence({ verdict, because }: Pick<Claim, "verdict" | "because">, shell: Shell): string {
  return `${paint(shell, "bold", `Verdict: ${verdict}.`)} ${because}`;
}
