/** The same work on several cores at once. */
import { Worker } from "node:worker_threads";

/** What threads of one lane wait for each other by. */
export interface Step {
  /** Counts the threads that are ready; work begins when all are. */
  readonly gate: Int32Array<SharedArrayBuffer>;
  readonly threads: number;
}

/** Rates of all threads together, repeat by repeat: each runs `script` on `task`, and tells its own. */
export async function ratesInStep(
  script: URL,
  threads: number,
  task: object,
): Promise<readonly number[]> {
  const step: Step = { gate: new Int32Array(new SharedArrayBuffer(4)), threads };
  const workerData = { ...task, ...step };
  const each = await Promise.all(
    Array.from({ length: threads }, () => ratesOf(script, workerData)),
  );
  const repeats = Math.min(...each.map((rates) => rates.length));
  return Array.from({ length: repeats }, (_, repeat) =>
    each.reduce((sum, one) => sum + (one[repeat] ?? 0), 0),
  );
}

function ratesOf(script: URL, workerData: object): Promise<readonly number[]> {
  const worker = new Worker(script, { workerData });
  return new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`a thread ended with ${code}`)));
  });
}

/** Returns when all threads are here. */
export function met({ gate, threads }: Step): void {
  const ready = Atomics.add(gate, 0, 1) + 1;
  if (ready === threads) Atomics.notify(gate, 0);
  for (let count = ready; count < threads; count = Atomics.load(gate, 0)) {
    Atomics.wait(gate, 0, count);
  }
}
