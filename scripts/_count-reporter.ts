/** A reporter for node:test: prints failures and skips in full, and counts the rest. */
import type { TestEvent } from "node:test/reporters";

/** How many tests ended in which way. */
export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Lines worth printing of the events of a run; `count` holds the totals once the stream ends. */
export async function* reportCount(
  events: AsyncIterable<TestEvent>,
  count: Count,
): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === "test:pass") {
      if (event.data.details.type === "suite") continue;
      if (event.data.skip === undefined) count.passed += 1;
      else {
        count.skipped += 1;
        yield `skipped: ${event.data.name} (${String(event.data.skip)})\n`;
      }
    } else if (event.type === "test:fail") {
      if (event.data.details.type === "suite") continue;
      count.failed += 1;
      const { error } = event.data.details;
      const stack = error.cause instanceof Error ? error.cause.stack : String(error.cause ?? error);
      yield `FAILED: ${event.data.name}\n  at ${event.data.file}:${event.data.line}\n${stack}\n`;
    } else if (event.type === "test:stderr") {
      yield event.data.message;
    }
  }
}
