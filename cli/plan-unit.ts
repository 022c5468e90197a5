import type { PlanRequest } from "../core/index.ts";

/** What plans are counted in. */
export type Unit = "token" | "answer";

/** Tokens of answers; answers where one is all that anyone waits for. */
export function unitOf({ workload }: Pick<PlanRequest, "workload">): Unit {
  return workload.output.mean > 1 ? "token" : "answer";
}
