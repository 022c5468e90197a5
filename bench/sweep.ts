/** Speed of sweeps: threads, the queue's price a job, and memory; into RESULTS.md. The queue needs TENLANE_TEST_QUEUE, which `.ci/services start` says. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { quantityText } from "../core/index.ts";
import { where, writeSection } from "./_results.ts";

const MAIN = "dist/cli/main.js";
const QUEUE = process.env["TENLANE_TEST_QUEUE"];
const ROUNDS = 3;
/** A sweep whose worker never takes a point would wait for ever. */
const CALL_MILLISECONDS_MAX = 600_000;

const folder = mkdtempSync(join(tmpdir(), "tenlane-bench-"));

/** A study of `points` points of `requests` requests each. */
function study(points: number, requests: number): string {
  const path = join(folder, `${points}-${requests}.json`);
  const options = { model: "llama-3.1-8b", device: "h100-sxm", requests };
  const rates = Array.from({ length: 10 }, (_, index) => `${2 + 2 * index}/s`);
  const plans = [{ name: "TP1" }, { name: "TP2", tp: 2 }];
  writeFileSync(path, JSON.stringify({ name: "bench", options, plans, rates, seeds: points / 20 }));
  return path;
}

interface Timed {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly peakBytes: number;
}

/** Says at the end how much memory a process took at most, its threads included. */
const PEAK =
  "process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS+' cpu '+process.cpuUsage().user+'\\n'))";

/** Wall time and peak memory of one call. */
function timed(...args: readonly string[]): Timed {
  const out = join(folder, "points.jsonl");
  rmSync(out, { force: true });
  const started = performance.now();
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${PEAK}`, MAIN, "sweep", ...args, "--out", out],
    { encoding: "utf8", timeout: CALL_MILLISECONDS_MAX },
  );
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) {
    throw new Error(`sweep ${args.join(" ")} ended with ${status ?? signal}: ${stderr}`);
  }
  const peaks = [...stderr.matchAll(/peak (\d+)/gu)].map(([, kibibytes]) => Number(kibibytes));
  const [, used = 0] = /cpu (\d+)/u.exec(stderr) ?? [];
  return { seconds, processorSeconds: Number(used) / 1e6, peakBytes: Math.max(...peaks) * 1024 };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

interface SpeedUp {
  readonly one: Timed;
  readonly two: Timed;
  readonly ratio: number;
}

/**
 * Threads one and two in turn, so that other load on the machine meets both. Processor time says what
 * a second thread costs where the machine has no second core to spare.
 */
function speedUp(points: number): SpeedUp {
  const path = study(points, 2000);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    one: timed(path, "--workers", "1"),
    two: timed(path, "--workers", "2"),
  }));
  const middle = (which: "one" | "two"): Timed => ({
    seconds: median(rounds.map((round) => round[which].seconds)),
    processorSeconds: median(rounds.map((round) => round[which].processorSeconds)),
    peakBytes: median(rounds.map((round) => round[which].peakBytes)),
  });
  const ratio = median(rounds.map(({ one, two }) => one.seconds / two.seconds));
  return { one: middle("one"), two: middle("two"), ratio };
}

function speedUpText(points: number): string {
  const { one, two, ratio } = speedUp(points);
  const times = [one, two].map(({ seconds }) => quantityText(seconds, "time"));
  const processor = [one, two].map(({ processorSeconds }) =>
    quantityText(processorSeconds, "time"),
  );
  return `${points} points of 2,000 requests: ${times[0]} on one thread, ${times[1]} on two: ${ratio.toFixed(2)} times as fast (processor time ${processor[0]} and ${processor[1]}).`;
}

/** Seconds a point of next to no work, on one thread here and over a queue with one worker of one thread. */
function queueOverhead(url: string): readonly [local: number, queued: number] {
  const points = 2000;
  const path = study(points, 10);
  const worker = spawn(process.execPath, [MAIN, "worker", "--queue", url, "--workers", "1"]);
  const local = timed(path, "--workers", "1").seconds / points;
  const queued = timed(path, "--queue", url).seconds / points;
  worker.kill("SIGKILL");
  return [local, queued];
}

/** One that is over before its threads are warm, and one that is not. */
const speedUps = [100, 500].map(speedUpText);
const sizes = [1000, 10_000].map((points) => ({
  points,
  ...timed(study(points, 100)),
  bytes: statSync(join(folder, "points.jsonl")).size,
}));
const overhead = QUEUE === undefined ? null : queueOverhead(QUEUE);
const queueText =
  overhead === null
    ? "The queue was not measured: TENLANE_TEST_QUEUE names no server."
    : `A point of 10 requests takes ${quantityText(overhead[0], "time")} on a thread here and ${quantityText(overhead[1], "time")} over Valkey and one worker of one thread: the queue costs ${quantityText(overhead[1] - overhead[0], "time")} a job.`;
writeSection("sweep", [
  "## Sweeps",
  "",
  `${where()} (\`npx node bench/sweep.ts\`), load ${(loadavg()[0] ?? 0).toFixed(1)} at the end; runs in turn, median of ${ROUNDS}.`,
  "",
  ...speedUps.flatMap((text) => [text, ""]),
  queueText,
  "",
  "| points | time | file | peak memory |",
  "| --- | --- | --- | --- |",
  ...sizes.map(
    ({ points, seconds, bytes, peakBytes }) =>
      `| ${quantityText(points, "count")} | ${quantityText(seconds, "time")} | ${quantityText(bytes, "size")} | ${quantityText(peakBytes, "size")} |`,
  ),
]);
rmSync(folder, { recursive: true });
