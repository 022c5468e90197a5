/**
 * Requests simulated a second, the memory that takes, and the time of one evidence point. Writes the
 * section of bench/RESULTS.md between its markers. Each size runs in a process of its own.
 *
 *     npx node bench/simulate.ts
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  findDevice,
  findModel,
  prepare,
  quantityText,
  simulatePlacement,
  systemFor,
  type Arrivals,
  type Metrics,
  type ModelEntry,
  type Prepared,
  type Result,
  type Traffic,
} from "../core/index.ts";
import { where, writeSection } from "./_results.ts";

const SIZES = [1e4, 1e5, 1e6];
const BARS = { seconds: 15, bytes: 200e6, point: 20e-3 };
const POINTS = 20;

interface Measured {
  readonly requests: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly ttft: number;
  readonly tpot: number;
  readonly state: string;
}

const [, , asked, size] = process.argv;
if (asked === "stream") console.log(JSON.stringify(stream(Number(size))));
else if (asked === "point") console.log(JSON.stringify(points()));
else report();

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function ready(): Prepared {
  const entries = catalogue.models as readonly ModelEntry[];
  const model = value(decodeModelEntry(value(findModel(entries, "Llama-3.1-70B")).entry));
  const device = value(findDevice(catalogue, "h100-sxm"));
  const file = new URL("../catalogue/engines/vllm.json", import.meta.url);
  const engine = value(decodeEngine(JSON.parse(readFileSync(file, "utf8"))));
  const parallel = { tensor: 4, pipeline: 1, data: 1, expert: 1 };
  const placement = { parallel, replicas: 1, numerics: model.numerics, engine };
  const prepared = prepare({ model, system: systemFor(catalogue, device), placement });
  if ("reason" in prepared) throw new Error(prepared.message);
  return prepared;
}

function traffic(arrivals: Arrivals, requests: number): Traffic {
  return {
    arrivals,
    input: { kind: "lognormal", mean: 1024, variation: 0.3 },
    output: { kind: "lognormal", mean: 256, variation: 0.3 },
    cached: 0,
    requests,
    warmup: Math.floor(requests / 100),
  };
}

function simulated(prepared: Prepared, load: Traffic): Metrics {
  const metrics = simulatePlacement(prepared, load, 1);
  if ("reason" in metrics) throw new Error(metrics.message);
  return metrics;
}

function stream(requests: number): Measured {
  const prepared = ready();
  const started = performance.now();
  const metrics = simulated(prepared, traffic({ kind: "poisson", rate: 6 }, requests));
  const seconds = (performance.now() - started) / 1000;
  return {
    requests,
    seconds,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    ttft: metrics.ttft.mean,
    tpot: metrics.tpot.mean,
    state: metrics.state,
  };
}

/** Median seconds of a point of a benchmark: so many users in a closed loop, ten requests each, nothing prepared. */
function points(): { readonly seconds: number } {
  const times = Array.from({ length: POINTS }, (_, index) => {
    const users = 8 + 8 * index;
    const started = performance.now();
    simulated(ready(), traffic({ kind: "closed", users, think: 0 }, 10 * users));
    return (performance.now() - started) / 1000;
  });
  return { seconds: times.toSorted((a, b) => a - b)[POINTS / 2] ?? 0 };
}

function own<T>(...args: readonly string[]): T {
  const script = new URL(import.meta.url).pathname;
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function verdict(reached: number, bar: number, kind: "time" | "size"): string {
  return `${quantityText(bar, kind)}${reached <= bar ? "" : " (missed)"}`;
}

/** A log of Azure's form at 6 requests/s, of lengths that go round, so that the machine draws nothing. */
function writeLog(path: string, requests: number): void {
  const file = openSync(path, "w");
  writeSync(file, "TIMESTAMP,ContextTokens,GeneratedTokens\n");
  const start = Date.UTC(2024, 4, 10);
  let lines = "";
  for (let index = 0; index < requests; index += 1) {
    const time = new Date(start + (index * 1000) / 6).toISOString();
    lines += `${time.replace("T", " ")},${512 + (index % 1024)},${128 + (index % 256)}\n`;
    if (index % 1024 < 1023 && index < requests - 1) continue;
    writeSync(file, lines);
    lines = "";
  }
  closeSync(file);
}

/** The built command line on a log, with its three runs; it says its peak memory when it ends. */
function replayed(requests: number): Pick<Measured, "requests" | "seconds" | "peakBytes"> {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-bench-"));
  const log = join(folder, "log.csv");
  writeLog(log, requests);
  const peak = "process.on('exit', () => console.error(process.resourceUsage().maxRSS))";
  const started = performance.now();
  const args = ["--device", "h100-sxm", "--tp", "4", "--replay", log];
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      `data:text/javascript,${peak}`,
      "dist/cli/main.js",
      "simulate",
      "llama-3.1-70b",
      ...args,
    ],
    { encoding: "utf8" },
  );
  const seconds = (performance.now() - started) / 1000;
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(stderr);
  return { requests, seconds, peakBytes: Number(stderr) * 1024 };
}

function report(): void {
  const runs = SIZES.map((requests) => own<Measured>("stream", String(requests)));
  const { seconds: point } = own<{ readonly seconds: number }>("point");
  const rows = runs.map((run) => {
    const isLargest = run.requests === SIZES.at(-1);
    return [
      quantityText(run.requests, "count"),
      quantityText(run.seconds, "time"),
      isLargest ? verdict(run.seconds, BARS.seconds, "time") : "",
      quantityText(run.seconds / run.requests, "time"),
      quantityText(run.peakBytes, "size"),
      isLargest ? verdict(run.peakBytes, BARS.bytes, "size") : "",
    ];
  });
  const log = replayed(1e6);
  const lines = [
    "## Simulation",
    "",
    `${where()}, one core (\`npx node bench/simulate.ts\`).`,
    "Llama-3.1-70B on 4 H100 under vLLM, 1,024 tokens in and 256 out, Poisson at 6 requests/s.",
    "",
    "| requests | time | bar | a request | peak memory | bar |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    `A log of ${quantityText(log.requests, "count")} lines through \`tenlane simulate --replay\`, read three times for the intervals: ${quantityText(log.seconds, "time")}, peak memory ${quantityText(log.peakBytes, "size")} (bar ${verdict(log.peakBytes, BARS.bytes, "size")}).`,
    "",
    `One evidence point, closed loop, ten requests a user, prepared anew: median of ${POINTS} ${quantityText(point, "time")} (bar ${verdict(point, BARS.point, "time")}).`,
  ];
  writeSection("simulate", lines);
}
