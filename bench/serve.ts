/**
 * The built server under 200 clients at once: latency, throughput, and whether its loop stays free for others. Writes
 * the section of bench/RESULTS.md between its markers.
 *
 *     npm run build && npx node bench/serve.ts
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { loadavg } from "node:os";
import { quantityText, significant } from "../core/index.ts";
import { where, writeSection } from "./_results.ts";

const CLIENTS = 200;
const BESIDE_EVERY_MILLISECONDS = 50;

const MODEL = "Qwen/Qwen3-32B";
/** Rates differ, so that no answer could be another's. */
const rate = (index: number) => `${1 + index / 20}/s`;

const CASES: readonly (readonly [
  name: string,
  requests: number,
  verb: string,
  question: (index: number) => object,
])[] = [
  [
    "estimate",
    4000,
    "estimate",
    (index) => ({ model: MODEL, device: "h100-sxm", tp: 2, rate: rate(index) }),
  ],
  [
    "plan on 2 devices, by formulas",
    CLIENTS,
    "plan",
    (index) => ({
      model: MODEL,
      device: ["h100-sxm", "mi300x"],
      rate: rate(index),
      simulate: false,
    }),
  ],
  [
    "plan over the whole catalogue, by formulas",
    CLIENTS,
    "plan",
    (index) => ({ model: MODEL, rate: rate(index), tpot: "40ms", simulate: false }),
  ],
  [
    "plan over the whole catalogue, finalists simulated",
    CLIENTS,
    "plan",
    (index) => ({ model: MODEL, rate: rate(index), tpot: "40ms" }),
  ],
];

const child = spawn(process.execPath, ["dist/cli/main.js", "serve", "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
const [note] = (await once(child.stderr.setEncoding("utf8"), "data")) as [string];
const { hostname, port } = new URL(/http:\/\/\S+?\//u.exec(note)?.[0] ?? "");
const agent = new Agent({ keepAlive: true });

/** Seconds until the whole answer is here; null of one that is no answer. */
function timed(method: string, path: string, body?: string): Promise<number | null> {
  const started = performance.now();
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve) => {
    const sent = request({ agent, hostname, port, path, method, headers }, (reply) => {
      reply.resume().on("end", () => {
        resolve(reply.statusCode === 200 ? (performance.now() - started) / 1000 : null);
      });
    });
    sent.on("error", () => resolve(null));
    sent.end(body);
  });
}

const [load] = loadavg();
const rows: string[] = [];
for (const [name, requests, verb, question] of CASES) {
  await timed("POST", `/api/${verb}`, JSON.stringify(question(0)));
  const beside: Promise<number | null>[] = [];
  const look = setInterval(
    () => beside.push(timed("GET", "/api/state")),
    BESIDE_EVERY_MILLISECONDS,
  );
  const started = performance.now();
  let next = 0;
  const times: (number | null)[] = [];
  const client = async () => {
    while (next < requests) {
      const index = next++;
      times.push(await timed("POST", `/api/${verb}`, JSON.stringify(question(index))));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(look);
  const others = (await Promise.all(beside)).filter((time) => time !== null);
  const answered = times.filter((time) => time !== null);
  const cells = [
    name,
    String(requests),
    String(requests - answered.length),
    `${significant(requests / seconds)}/s`,
    quantityText(percentile(answered, 0.5), "time"),
    quantityText(percentile(answered, 0.99), "time"),
    quantityText(percentile(others, 0.99), "time"),
  ];
  rows.push(`| ${cells.join(" | ")} |`);
  console.log(rows.at(-1));
}
child.kill("SIGTERM");
agent.destroy();

writeSection("serve", [
  "## HTTP API under 200 clients at once",
  "",
  `${where()}, ${CLIENTS} connections that ask again as soon as they are answered;`,
  `clients on the same cores, load average ${(load ?? 0).toFixed(1)} before (\`npx node bench/serve.ts\`). The last column is`,
  "the p99 of another client's GET of /api/state meanwhile: the loop never computes.",
  "",
  "| question | asked | errors | throughput | p50 | p99 | state p99 |",
  "| --- | --: | --: | --: | --: | --: | --: |",
  ...rows,
]);

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
