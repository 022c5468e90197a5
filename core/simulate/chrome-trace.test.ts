import assert from "node:assert/strict";
import { test } from "node:test";
import { chromeTrace } from "./chrome-trace.ts";

const step = { lane: 0, start: 0, end: 1, steps: 1, running: 1, waiting: 0, cacheTokens: 9 };
const stepped = { ...step, chunks: [], decodes: 1, computed: 1, context: 8 };

function written(eventsMax: number) {
  let text = "";
  const trace = chromeTrace((part) => (text += part), eventsMax);
  trace.observer.stepped?.(stepped);
  const end = trace.end();
  return { end, events: JSON.parse(text).traceEvents.length };
}

test("chromeTrace() stops after its events, stays a file that can be read, and says that it was cut", () => {
  assert.deepEqual(written(4), { end: "whole", events: 4 });
  assert.deepEqual(written(3), { end: "cut", events: 3 });
});
