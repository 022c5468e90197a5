/** What a search found, for a terminal. */
import { quantityText } from "../../core/report/index.ts";
import type { Candidate, Certificate } from "../../core/optimise/index.ts";
import type { Table } from "../../core/index.ts";
import type { Answer } from "../answer.ts";
import { laidOut } from "../layout.ts";
import { paint } from "../paint.ts";
import type { Shell } from "../shell.ts";
import { deploymentTable } from "./deployment-table.ts";
import { decibelText, END_WORDS, gainText, headline, marked, PARETO } from "./words.ts";

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
    PARETO,
    "",
    ...reasons(certificate),
    "",
    ...(deployments.length === 0 ? [] : [laidOut(deploymentTable(certificate), shell)]),
    ...assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
    "",
    ...written.map((path) => `wrote ${path}`),
    "",
  ].join("\n");
}

function candidateTable(certificate: Certificate): Table {
  return {
    columns: [
      { title: "", align: "left" },
      { title: "candidate", align: "left", flexible: true },
      { title: "time", align: "right" },
      { title: "faster", align: "right" },
      { title: "size", align: "right" },
      { title: "error", align: "right" },
      { title: "ended", align: "left" },
    ],
    rows: certificate.candidates.map((each) => [marked(certificate, each), ...candidateRow(each)]),
  };
}

function candidateRow(candidate: Candidate): readonly string[] {
  const { name, comparison, bytes, end } = candidate;
  const after = comparison?.after.median;
  return [
    name,
    after === undefined ? "" : quantityText(after, "time"),
    comparison === undefined ? "" : gainText(comparison),
    bytes === undefined ? "" : quantityText(bytes, "size"),
    decibelText(candidate),
    END_WORDS[end],
  ];
}

/** Why each ended so: too long for a column. */
function reasons({ candidates }: Certificate): readonly string[] {
  return candidates.map(({ name, reason }) => `${name}: ${reason}`);
}
