/**
 * Time from process start of the built command line, beside that of an empty script, which no
 * program can beat. Writes the section of bench/RESULTS.md between its markers.
 *
 *     npm run bench
 */
import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { quantityText } from "../core/index.ts";
import { where, writeSection } from "./_results.ts";

const RUNS = 9;

const CASES: readonly (readonly [
  name: string,
  barSeconds: number | null,
  args: readonly string[],
])[] = [
  ["an empty script", null, ["-e", "0"]],
  ["tenlane --help", 0.2, ["dist/cli/main.js", "--help"]],
  [
    "tenlane estimate, 70B on 4 devices",
    null,
    ["dist/cli/main.js", "estimate", "llama-3.1-70b", "--device", "h100-sxm", "--tp", "4"],
  ],
  [
    "tenlane plan, 70B over the whole catalogue, finalists simulated",
    3,
    [
      "dist/cli/main.js",
      "plan",
      "llama-3.1-70b",
      "--ttft",
      "1s",
      "--tpot",
      "50ms",
      "--rate",
      "4/s",
    ],
  ],
  [
    "tenlane plan, the same by formulas alone",
    1.5,
    [
      "dist/cli/main.js",
      "plan",
      "llama-3.1-70b",
      "--ttft",
      "1s",
      "--tpot",
      "50ms",
      "--rate",
      "4/s",
      "--no-simulate",
    ],
  ],
];

/** Rounds interleave the cases, so that a slow moment of the machine meets all of them. */
const seconds = CASES.map((): number[] => []);
for (let run = 0; run < RUNS; run += 1) {
  for (const [index, [name, , args]] of CASES.entries()) {
    const started = performance.now();
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`${name}: ${stderr}`);
    seconds[index]?.push((performance.now() - started) / 1000);
  }
}

const floor = median(seconds[0] ?? []);
const rows = CASES.map(([name, bar], index) => {
  const times = (seconds[index] ?? []).toSorted((a, b) => a - b);
  const cells = [
    name,
    quantityText(median(times), "time"),
    `${quantityText(times[0] ?? 0, "time")}–${quantityText(times.at(-1) ?? 0, "time")}`,
    `${(median(times) / floor).toFixed(1)} ×`,
    bar === null ? "" : `${quantityText(bar, "time")}${median(times) <= bar ? "" : " (missed)"}`,
  ];
  return `| ${cells.join(" | ")} |`;
});

writeSection("cli", [
  "## Command line from process start",
  "",
  `${where()}, median of ${RUNS} interleaved runs (\`npm run bench\`).`,
  "",
  "| run | median | range | against an empty script | bar |",
  "| --- | --- | --- | --- | --- |",
  ...rows,
]);

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
