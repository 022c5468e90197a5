import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { pool, type Threads } from "./pool.ts";

/** A thread that says a word back, dies at "die", and never answers "hang". */
const THREAD = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (word) => {
      if (word === "die") process.exit(3);
      if (word === "hang") for (;;);
      parentPort.postMessage({ kind: "reached", share: 0.5 });
      parentPort.postMessage({ kind: "said", word });
    });`)}`,
);

function poolFor(t: TestContext, limits: Partial<Threads> = {}) {
  const threads = pool<string, { readonly kind: "said"; readonly word: string }>({
    file: THREAD,
    size: 1,
    ...limits,
  });
  t.after(() => threads.close());
  return threads;
}

test("pool().ask() answers each question by its own answer, in turn", async (t) => {
  const { ask } = poolFor(t, { size: 2 });
  const words = ["a", "b", "c", "d", "e"];
  const answers = await Promise.all(words.map((word) => ask(word)));
  assert.deepEqual(
    answers,
    words.map((word) => ({ kind: "said", word })),
  );
});

test("pool().ask() says how far the thread is", async (t) => {
  const shares: number[] = [];
  const { signal } = new AbortController();
  await poolFor(t).ask("a", { signal, reached: (share) => shares.push(share) });
  assert.deepEqual(shares, [0.5]);
});

test("pool().ask() of a thread that dies is lost, and the next question gets another thread", async (t) => {
  const { ask } = poolFor(t);
  const both = await Promise.all([ask("die"), ask("a")]);
  assert.deepEqual(both, [
    { kind: "lost", reason: "the thread ended" },
    { kind: "said", word: "a" },
  ]);
});

test("pool().ask() for longer than it may is late, and frees its place", async (t) => {
  const { ask } = poolFor(t, { seconds: 1 });
  const both = await Promise.all([ask("hang"), ask("a")]);
  assert.deepEqual(both, [
    { kind: "late", seconds: 1 },
    { kind: "said", word: "a" },
  ]);
});

test("pool().ask() is left when whoever asked leaves, computing or waiting", async (t) => {
  const { ask, state } = poolFor(t);
  const [computing, waiting] = [new AbortController(), new AbortController()];
  const reached = () => {};
  const hangs = ask("hang", { signal: computing.signal, reached });
  const waits = ask("a", { signal: waiting.signal, reached });
  assert.deepEqual(state(), { computing: 1, waiting: 1, isFull: true });
  waiting.abort();
  assert.deepEqual(await waits, { kind: "left" });
  computing.abort();
  assert.deepEqual(await hangs, { kind: "left" });
  assert.deepEqual(await ask("b"), { kind: "said", word: "b" });
});
