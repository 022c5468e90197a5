/** What a search found, for a terminal. */
import { quantityText, significant } from "../../core/report/index.ts";
import type { Candidate, Certificate } from "../../core/optimise/index.ts";
import type { Table } from "../../core/index.ts";
import type { Answer } from "../answer.ts";
import { laidOut } from "../layout.ts";
import { paint } from "../paint.ts";
import type { Shell } from "../shell.ts";
import { decibelText, END_WORDS, headline, ratioText } from "./words.ts";

export function optimiseAnswer(certificate: Certificate, written: readonly string[]): Answer {
  return {
    json: { written, certificate },
    text: (shell) => textOf(certificate, written, shell),
  };
}

function textOf(certificate: Certificate, written: readonly string[], shell: Shell): string {
  const { assumptions, deployments } = certificate;
  return [
    paint(shell, "bold", headline(certificate)),
    "",
    laidOut(candidateTable(certificate), shell),
    ...(deployments.length === 0 ? [] : [laidOut(deploymentTable(certificate), shell)]),
    ...assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
    "",
    ...written.map((path) => `wrote ${path}`),
    "",
  ].join("\n");
}

function candidateTable({ candidates, chosen }: Certificate): Table {
  return {
    columns: [
      { title: "", align: "left" },
      { title: "candidate", align: "left" },
      { title: "time", align: "right" },
      { title: "faster", align: "right" },
      { title: "size", align: "right" },
      { title: "error", align: "right" },
      { title: "ended", align: "left" },
      { title: "why", align: "left", flexible: true },
    ],
    rows: candidates.map((each) => [each.name === chosen ? "→" : "", ...candidateRow(each)]),
  };
}

function candidateRow(candidate: Candidate): readonly string[] {
  const { name, comparison, bytes, end, reason } = candidate;
  const after = comparison?.after.median;
  const ratio = comparison?.ratio;
  return [
    name,
    after === undefined ? "" : quantityText(after, "time"),
    ratio === undefined ? "" : ratioText(ratio),
    bytes === undefined ? "" : quantityText(bytes, "size"),
    decibelText(candidate),
    END_WORDS[end],
    reason,
  ];
}

function deploymentTable({ deployments }: Certificate): Table {
  return {
    columns: [
      { title: "candidate", align: "left", flexible: true },
      { title: "copies", align: "right" },
      { title: "threads", align: "right" },
      { title: "batch", align: "right" },
      { title: "items/s", align: "right" },
      { title: "p95", align: "right" },
      { title: "memory", align: "right" },
    ],
    rows: deployments.map((each) => [
      each.candidate,
      String(each.instances),
      String(each.threads),
      String(each.batch),
      significant(each.itemsPerSecond),
      `${quantityText(each.p95, "time")}${each.isWithin ? "" : " (over)"}`,
      quantityText(each.bytesResident, "size"),
    ]),
  };
}
