/** One of several processes that run at once, each counting its own runs in the same stretch of time. */
import { startedMeter } from "../lanes/energy.ts";
import { treeAt } from "../lanes/machine.ts";
import { opened, type Engine } from "./_engine.ts";
import type { Counted, JobSubject } from "./_job.ts";
import { slot, timing, warmed, type Run } from "./_turns.ts";

const WARM_SHARE = 0.2;

/** A budget of nothing asks for one run, the first. */
export async function counted(
  engine: Engine,
  { subject, budget }: { readonly subject: JobSubject; readonly budget: number },
): Promise<Counted> {
  const session = await opened(engine, subject);
  if (budget > 0) await warmed(session, budget * WARM_SHARE);
  await everyoneReady();
  const meter = startedMeter(treeAt(engine.root));
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1e3;
  const runs: Run[] = [];
  while (runs.length === 0 || elapsed() < budget) {
    runs.push(...(await slot(session, runs.length, 1)));
  }
  const rate = runs.length / elapsed();
  const { cpu, bytesResident } = timing(runs);
  const joules = meter?.() ?? null;
  return { rate, times: runs.map(({ wall }) => wall), cpu, bytesResident, joules };
}

function everyoneReady(): Promise<void> {
  return new Promise((resolve) => {
    process.once("message", () => resolve());
    process.send?.("ready");
  });
}
