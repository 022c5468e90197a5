/** How fast each way of using a machine is: a terminal and a certificate's page show the same table. */
import type { Table } from "../../core/index.ts";
import type { Certificate } from "../../core/optimise/index.ts";
import { quantityText, significant } from "../../core/report/index.ts";
import { millionText } from "./words.ts";

/** With what a million items cost where the question gave a price. */
export function deploymentTable({
  deployments,
  question: { price },
}: Pick<Certificate, "deployments" | "question">): Table {
  return {
    columns: [
      { title: "candidate", align: "left", flexible: true },
      { title: "copies", align: "right" },
      { title: "threads", align: "right" },
      { title: "batch", align: "right" },
      { title: "items/s", align: "right" },
      { title: "p95", align: "right" },
      { title: "memory", align: "right" },
      ...(price === null ? [] : [{ title: "a million", align: "right" } as const]),
    ],
    rows: deployments.map((each) => [
      each.candidate,
      String(each.instances),
      String(each.threads),
      String(each.batch),
      significant(each.itemsPerSecond),
      `${quantityText(each.p95, "time")}${each.isWithin ? "" : " (over)"}`,
      quantityText(each.bytesResident, "size"),
      ...(price === null ? [] : [millionText(price, each.itemsPerSecond)]),
    ]),
  };
}
