/**
 * An hour of `tenlane watch`, with a history and a reader of its metrics, as the system counts it. Writes the section
 * of bench/RESULTS.md between its markers.
 *
 *     npm run build && npx node bench/watch.ts [minutes]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { quantityText, significant } from "../core/index.ts";
import { where, writeSection } from "./_results.ts";

const MINUTES = Number(process.argv[2] ?? 60);
const PORT = 9834;
/** As Prometheus asks by default, seconds. */
const READ_EVERY = 15;
const TICKS = 100;
const CORE_MAX = 0.01;
const MEMORY_MAX = 60e6;

const folder = mkdtempSync(join(tmpdir(), "tenlane-watch-"));
const args = ["watch", "--history", join(folder, "watch.sqlite"), "--port", String(PORT)];
const child = spawn(process.execPath, ["dist/cli/main.js", ...args], {
  stdio: ["ignore", "pipe", "inherit"],
});
const started = performance.now();
let out = "";
child.stdout.on("data", (part) => (out += String(part)));
let reads = 0;
let memoryFirst = 0;
let memoryMost = 0;
while (performance.now() - started < MINUTES * 60e3) {
  await pause(READ_EVERY * 1000);
  const page = await (await fetch(`http://127.0.0.1:${PORT}/metrics`)).text();
  if (!page.includes("node_cpu_seconds_total")) throw new Error("a page without readings");
  reads += 1;
  const memory = residentBytes();
  if (memoryFirst === 0) memoryFirst = memory;
  memoryMost = Math.max(memoryMost, memory);
  if (reads % 4 === 0) {
    const minutes = (performance.now() - started) / 60e3;
    console.error(`${minutes.toFixed(1)} min: ${memory / 1e6} MB, ${cpuSeconds()} s of a core`);
  }
}
const core = cpuSeconds() / ((performance.now() - started) / 1000);
child.kill("SIGTERM");
await once(child, "exit");
rmSync(folder, { recursive: true });
const counted = /(?<samples>\d+) samples, (?<lost>\d+) lost/u.exec(out)?.groups;
if (counted === undefined) throw new Error(`it ended with: ${out}`);

writeSection("watch", [
  "## Watch",
  "",
  `${where()}, load ${loadavg()[1]?.toFixed(1)} at the end (\`npx node bench/watch.ts\`).`,
  "",
  "| minutes | samples | lost | pages read | of one core | bar | memory after 15 s | most | bar |",
  "| --: | --: | --: | --: | --: | --: | --: | --: | --: |",
  `| ${MINUTES} | ${counted["samples"]} | ${counted["lost"]} | ${reads} | ${significant(100 * core)} % | ${100 * CORE_MAX} % | ${quantityText(memoryFirst, "size")} | ${quantityText(memoryMost, "size")} | ${quantityText(MEMORY_MAX, "size")} |`,
]);
if (core > CORE_MAX || memoryMost > MEMORY_MAX) process.exitCode = 1;

function residentBytes(): number {
  const kib = /^VmRSS:\s+(?<kib>\d+)/mu.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"));
  return Number(kib?.groups?.["kib"]) * 1024;
}

function cpuSeconds(): number {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
