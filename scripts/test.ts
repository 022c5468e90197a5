/**
 * Runs test files and ends with one line, "N passed, N failed".
 *
 *     node scripts/test.ts quick|slow|all [--golden] [part of a path]
 *
 * Slow tests (a browser, long simulations, other versions of Node) are named `*.slow.test.ts`.
 * `--golden` lets tests rewrite the outputs they compare with.
 */
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { run } from "node:test";
import { parseArgs } from "node:util";
import { reportCount, type Count } from "./_count-reporter.ts";

/** What one test, and all of them, may take, ms: some five times what they do on two cores. */
const TEST_MS = 10 * 60e3;
const ALL_MS = 50 * 60e3;
const FOLDERS = "{core,cli,measure,web,validation,examples,scripts,bench}";

const { values, positionals } = parseArgs({
  options: { golden: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [suite = "quick", part = ""] = positionals;
if (values.golden) process.env["TENLANE_GOLDEN"] = "1";

const files = globSync(`${FOLDERS}/**/*.test.ts`)
  .filter((file) => suite === "all" || file.endsWith(".slow.test.ts") === (suite === "slow"))
  .filter((file) => file.includes(part))
  .toSorted();

const started = performance.now();
const count: Count = { passed: 0, failed: 0, skipped: 0 };
const events = run({
  files,
  concurrency: availableParallelism(),
  timeout: TEST_MS,
  signal: AbortSignal.timeout(ALL_MS),
});
for await (const text of reportCount(events, count)) process.stdout.write(text);

const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${files.length} files in ${seconds} s, ${count.skipped} skipped`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
