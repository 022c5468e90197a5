/** The workload a question names, of those that ship. */
import { decodeWorkload, type Workload } from "../../core/index.ts";
import { READY_WORKLOADS } from "../../examples/workloads/index.ts";
import { accepted, Refusal } from "./refusal.ts";

export function workloadNamed(name: string): Workload {
  const json = READY_WORKLOADS.get(name);
  if (json !== undefined) return accepted(decodeWorkload(json));
  const expected = `one of ${[...READY_WORKLOADS.keys()].join(", ")}`;
  throw new Refusal({ path: "workload", expected, got: name });
}
