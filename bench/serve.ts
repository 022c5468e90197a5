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
    2000,
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
    "plan on 2 devices, its best simulated",
    CLIENTS,
    "plan",
    (index) => ({ model: MODEL, device: ["h100-sxm", "mi300x"], rate: rate(index) }),
  ],
  [
    "plan over the whole catalogue, by formulas",
    CLIENTS,
    "plan",
    (index) => ({ model: MODEL, rate: rate(index), tpot: "40ms", simulate: false }),
  ],
];

const child = spawn(process.execPath, ["dist/cli/main.js", "serve", "--port", "0"], {
  stdio: ["ignore", "ignore", "pipe"],
});
const [note] = (await once(child.stderr.setEncoding("utf8"), "data")) as [string];
const { hostname, port } = new URL(/http:\/\/\S+?\//u.exec(note)?.[0] ?? "");

/** Why questions got no answer. */
const failures: string[] = [];

/** Seconds until the whole answer is here; null of one that is no answer. */
function timed(
  agent: Agent,
  [method, path, body]: readonly [string, string, string?],
): Promise<number | null> {
  const started = performance.now();
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  return new Promise((resolve) => {
    const sent = request({ agent, hostname, port, path, method, headers }, (reply) => {
      reply.resume().on("end", () => {
        if (reply.statusCode === 200) return resolve((performance.now() - started) / 1000);
        failures.push(`status ${reply.statusCode}`);
        resolve(null);
      });
    });
    sent.on("error", ({ message }) => {
      failures.push(message);
      resolve(null);
    });
    sent.end(body);
  });
}

const [load] = loadavg();
const rows: string[] = [];
for (const [name, requests, verb, question] of CASES) {
  // Connections of its own: one that idled since the case before may be closed at any moment.
  const agent = new Agent({ keepAlive: true });
  const ask = (index: number) =>
    timed(agent, ["POST", `/api/${verb}`, JSON.stringify(question(index))]);
  await timed(new Agent(), ["POST", `/api/${verb}`, JSON.stringify(question(0))]);
  const beside: Promise<number | null>[] = [];
  const look = setInterval(
    () => beside.push(timed(new Agent(), ["GET", "/api/state"])),
    BESIDE_EVERY_MILLISECONDS,
  );
  const started = performance.now();
  let next = 0;
  const times: (number | null)[] = [];
  const client = async () => {
    while (next < requests) {
      const index = next++;
      times.push(await ask(index));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - started) / 1000;
  clearInterval(look);
  agent.destroy();
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
console.log(failures);

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
