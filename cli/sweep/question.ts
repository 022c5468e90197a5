/** What one call of `sweep` does: which points, where they go, and who runs them. */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { inputError } from "../input-error.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";
import { cells, type Cells } from "./cells.ts";
import { alone } from "./kept-plans.ts";
import { merged, shardName } from "./merge.ts";
import type { SweepLine } from "./outcome.ts";
import { queueRunner } from "./queue.ts";
import { hash, readyPlan } from "./ready-plan.ts";
import { runSweep } from "./run-sweep.ts";
import { pointCount, type Study } from "./study.ts";
import {
  indexAt,
  shardCount,
  sweepFile,
  type Header,
  type Shard,
  type SweepFile,
} from "./sweep-file.ts";
import type { Runner } from "./task.ts";
import { threads } from "./threads.ts";

export interface SweepOptions {
  readonly workers: number;
  readonly out?: string;
  readonly queue?: string;
  readonly shard?: Shard;
  readonly merge?: string;
  readonly device?: string;
  readonly catalogue?: string;
  readonly profile?: string;
}

export interface Swept {
  readonly header: Header;
  /** The file that has all lines; null where none was asked for. */
  readonly out: string | null;
  readonly cells: ReturnType<Cells["all"]>;
}

const WHOLE: Shard = { number: 1, count: 1 };
/** A thread that dies under a task is replaced, so often in all. */
const ATTEMPTS = 3;

/** Errors: points that failed, and a sweep that was cancelled; what is done stays in its file. */
export async function swept(study: Study, options: SweepOptions, shell: Shell): Promise<Swept> {
  const fingerprints: string[] = [];
  for (const plan of study.plans) fingerprints.push((await readyPlan(plan, shell)).fingerprint);
  const header: Header = {
    kind: "sweep",
    study: study.name,
    digest: hash([study, fingerprints]),
    points: pointCount(study),
    shard: options.shard ?? WHOLE,
  };
  const table = cells();
  const out = outFrom(options, shell);
  if (out !== null && options.merge !== undefined) rmSync(`${out}.part`, { force: true });
  const file = out === null ? UNKEPT : sweepFile(out, { study, header, see: table.see });
  const failed: SweepLine[] = [];
  let done = file.kept;
  const see = (line: SweepLine) => {
    if (line.outcome.kind === "failed") failed.push(line);
    table.see(line);
    file.write(line);
    done += 1;
  };
  const { merge } = options;
  if (merge === undefined) {
    await run({ study, fingerprints, header, file, see, options, shell });
  } else if (done < header.points) {
    for (const line of merged(resolve(shell.folder, merge), study, header)) see(line);
  }
  const total = shardCount(header);
  if (done === total && failed.length === 0) {
    file.finish();
    return { header, out, cells: table.all() };
  }
  file.close();
  throw new Error(`${endedText(failed, { done, total })}${keptText(out)}`);
}

const UNKEPT: SweepFile = { kept: 0, write: () => {}, finish: () => {}, close: () => {} };

/** A file, or one in the folder of a shard. */
function outFrom({ out, shard }: SweepOptions, shell: Shell): string | null {
  if (out === undefined) {
    if (shard !== undefined) throw inputError("--out", "a folder for the shard", "nothing");
    return null;
  }
  const path = resolve(shell.folder, out);
  if (shard === undefined) return path;
  mkdirSync(path, { recursive: true });
  return join(path, shardName(shard));
}

interface Running {
  readonly study: Study;
  readonly fingerprints: readonly string[];
  readonly header: Header;
  readonly file: SweepFile;
  readonly see: (line: SweepLine) => void;
  readonly options: SweepOptions;
  readonly shell: Shell;
}

async function run({ header, file, see, options, shell, ...asked }: Running): Promise<void> {
  const total = shardCount(header);
  if (file.kept === total) return;
  const { queue, workers } = options;
  const signal = shell.interruption();
  const runner = await runnerFor({ queue, size: Math.min(workers, total - file.kept) }, shell);
  const bar = progress(shell, "sweeping");
  let done = file.kept;
  try {
    await runSweep(runner, {
      ...asked,
      places: [file.kept, total],
      indexAt: (place) => indexAt(header, place),
      see: (line) => {
        see(line);
        done += 1;
        bar.reach(done, total);
      },
      signal,
    });
  } finally {
    bar.end();
    await runner.close();
  }
}

function runnerFor(
  { queue, size }: { readonly queue: string | undefined; readonly size: number },
  shell: Shell,
): Promise<Runner> | Runner {
  if (queue !== undefined) return queueRunner(queue, shell.note);
  return shell.documents === undefined ? threads(size, ATTEMPTS) : alone(shell);
}

const NAMED_MAX = 5;

function endedText(
  failed: readonly SweepLine[],
  { done, total }: { readonly done: number; readonly total: number },
): string {
  if (failed.length === 0) return `cancelled: ${done} of ${total} points are done`;
  const named = failed.slice(0, NAMED_MAX).map(({ point, plan, load, seed, outcome }) => {
    const [[kind, value] = []] = Object.entries(load);
    const reason = outcome.kind === "failed" ? outcome.reason : "";
    return `\n  point ${point} (${plan}, ${kind} ${value}, seed ${seed}): ${reason}`;
  });
  const more = failed.length > NAMED_MAX ? `\n  and ${failed.length - NAMED_MAX} more` : "";
  return `${failed.length} of ${total} points failed${named.join("")}${more}\n`;
}

function keptText(out: string | null): string {
  return out === null ? "; nothing is kept without --out" : `; run again to go on from ${out}.part`;
}
