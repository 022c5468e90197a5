/** The honest answer where nothing serves what is asked. */
import type { Answer } from "./answer.ts";
import { paint } from "./paint.ts";

export function unservedAnswer(message: string): Answer {
  return {
    json: { kind: "infeasible", reason: "plan", message },
    text: (shell) => `${paint(shell, "yellow", "not feasible")}: ${message}\n`,
  };
}
