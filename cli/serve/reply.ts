/** How a question ended, as the status and body of a reply. */
import type { Outcome } from "./outcome.ts";
import { fieldOf, type Question } from "./question.ts";
import { refusal } from "./refusal.ts";

export interface Reply {
  readonly status: 200 | 400 | 500 | 503 | 504;
  readonly body: string;
}

/** JSON where an answer in JSON was asked for, and of every refusal. */
export function replyOf(outcome: Outcome, question: Question): Reply {
  const refused = (status: Reply["status"], ...why: Parameters<typeof refusal>): Reply => ({
    status,
    body: `${JSON.stringify(refusal(...why))}\n`,
  });
  switch (outcome.kind) {
    case "answer":
      return { status: 200, body: outcome.text };
    case "refused": {
      const field = fieldOf(outcome.input, question);
      const path = [...(field === null ? [] : [field]), ...outcome.path];
      return refused(400, path, outcome.expected, outcome.got);
    }
    case "busy":
      return refused(503, [], `a question again in ${outcome.seconds} s`, "too many at once");
    case "late":
      return refused(
        504,
        [],
        `a question that computes within ${outcome.seconds} s`,
        "a longer one",
      );
    case "left":
      return refused(503, [], "a server that goes on", "one that stops");
    case "failed":
      return refused(500, [], "an answer", outcome.reason);
  }
}
