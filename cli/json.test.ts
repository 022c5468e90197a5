import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "./_fake-shell.ts";
import { fittingJson, publishedSchema } from "./_published-schema.ts";
import { COMMANDS } from "./commands.ts";

const CONFIG = "cli/fixtures/qwen3-32b.json";
const ONE = [CONFIG, "--device", "h100-sxm"] as const;
const FOLDER = emptyFolder();
const SHELL = { environment: { XDG_DATA_HOME: FOLDER } };
const STUDY = join(FOLDER, "study.json");
const options = { model: "llama-3.1-8b", device: "h100-sxm", requests: 60, input: 200, output: 20 };
const plans = [{ name: "one" }, { name: "none", device: "t4", model: "llama-3.1-70b" }];
writeFileSync(STUDY, JSON.stringify({ name: "small", options, plans, rates: ["4/s"], seeds: 2 }));

/** Each shape of an answer that a command has, possible and not. */
const ASKED: readonly (readonly [string, ...string[]])[] = [
  ["read", CONFIG],
  ["read", "deepseek-v3.2"],
  ["read", "whisper-large-v3"],
  ["read", "qwen3-next-80b-a3b"],
  ["read", "yolo26n"],
  ["expand", CONFIG],
  ["expand", CONFIG, "--phase", "decode", "--tp", "4", "--growth"],
  ["expand", "deepseek-v3", "--phase", "decode", "--tp", "8", "--ep", "8"],
  ["expand", "dlrm-v3", "--growth"],
  ["expand", "rnnt"],
  ["estimate", ...ONE, "--tp", "2", "--operators"],
  ["estimate", CONFIG, "--device", "t4"],
  ["estimate", "resnet-50", "--device", "l4", "--precision", "int8", "--concurrency", "16"],
  ["estimate", "bge-m3", "--device", "xeon-8480p"],
  ["estimate", "llama-3.1-8b", "--device", "h100-sxm", "--train", "lora-8b", "--dp", "8"],
  ["plan", ...ONE, "--ttft", "500ms", "--tpot", "40ms", "--users", "20", "--explain"],
  ["plan", ...ONE, "--tpot", "1ms"],
  ["plan", ...ONE, "--rate", "8/s", "--pareto", "cost,latency", "--no-simulate"],
  ["plan", ...ONE, "--rate", "8/s", "--disaggregated", "--no-simulate"],
  ["plan", ...ONE, "--rate", "1/s", "--speculate", "draft-model", "--draft-model", "qwen3-0.6b"],
  ["plan", ...ONE, "--rate", "900/s", "--devices-max", "2", "--explain"],
  ["plan", "bge-m3", "--workload", "embeddings", "--rate", "100/s", "--device", "l4"],
  ["plan", "resnet-50", "--rate", "2000/s", "--latency", "20ms", "--device", "l4,h100-sxm"],
  ["plan", "resnet-50", "--latency", "1us", "--device", "l4"],
  ["plan", "resnet-50", "--latency", "20ms", "--device", "l4,a10g", "--explain"],
  ["plan", "resnet-50", "--rate", "2000/s", "--device", "l4,h100-sxm", "--pareto", "cost,latency"],
  ["plan", "llama-2-70b", "--train", "pretrain-70b", "--device", "h100-sxm", "--explain"],
  ["plan", "llama-2-70b", "--train", "pretrain-70b", "--device", "h100-sxm", "--deadline", "1h"],
  ["simulate", ...ONE, "--tp", "2", "--rate", "1/s", "--requests", "200", "--ttft", "500ms"],
  ["capacity", ...ONE, "--tp", "2", "--ttft", "500ms", "--tpot", "40ms", "--requests", "500"],
  ["deadlines", "examples/scenarios/driving.json", "--duration", "1s"],
  ["sweep", STUDY, "--workers", "1"],
  ["cost", ...ONE, "--rate", "1/s"],
  ["cost", "--machine", "512 x h100-sxm", "--run", "30d"],
  ["energy", "--machine", "8 x h100-sxm", "--embodied", "4y", "--grid", "gcp/europe-north1"],
  ["invest", "--machine", "64 x h100-sxm", "--horizon", "3y"],
  ["reliability", "--machine", "64 x h100-sxm", "--replica", "8", "--target", "99.9%"],
  ["rightsize", "examples/usage.json"],
  ["prices"],
  ["watch", "--once"],
  ["watch", "--once", "--history", join(FOLDER, "watch.sqlite")],
  ["watch", "--forecast", "--history", join(FOLDER, "watch.sqlite")],
  ["watch", "--dashboard"],
  ["catalogue"],
  ...[
    "h100-sxm",
    "dgx-h100",
    "p5.48xlarge",
    "gcp/europe-west4",
    "Qwen/Qwen3-32B",
    "yolo26n",
    "glm-4.5",
  ].map((entry) => ["catalogue", entry] as const),
  ...["systems", "prices", "grids", "models"].map((list) => ["catalogue", "--list", list] as const),
  ["validate", "--device", "h100-sxm", "--family", "serving TPOT"],
  ["calibrate", ...ONE, "--tp", "2", "--from", "core/calibrate/fixtures/vllm-bench-serve.json"],
  ["claim", "DGX H100 is 9x DGX A100 for training"],
  ["claim", "8 x h200-sxm vs 8 x mi300x"],
  ["claim", "--list"],
  ["measure", "--list"],
  ["web", "--port", "0", "--workers", "1", "--no-open"],
  ["serve", "--port", "0", "--workers", "1"],
];

for (const [command, ...args] of ASKED) {
  const shown = [command, ...args].join(" ").replaceAll(FOLDER, "");
  test(`tenlane ${shown} --json fits the JSON Schema that is published`, async () => {
    const stop = new AbortController();
    const note = (text: string) => void (text.startsWith("serving at") && stop.abort());
    await fittingJson([command, ...args], { ...SHELL, note, interruption: () => stop.signal });
  });
}

/** Asked in json.slow.test.ts: they measure this machine, or wait at a queue. */
const SLOW = ["optimise", "verify", "worker"];

test("every command that publishes a JSON Schema has answers held against it", () => {
  const described = COMMANDS.filter(({ schema }) => schema !== undefined).map(({ name }) => name);
  const asked = new Set([...ASKED.map(([command]) => command), ...SLOW]);
  assert.deepEqual(
    described.filter((name) => !asked.has(name)),
    [],
  );
});

/** Objects of a schema that let in what it does not name. */
function openObjects(schema: unknown, path = ""): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const isOpen =
    "type" in schema &&
    schema.type === "object" &&
    (!("additionalProperties" in schema) || JSON.stringify(schema.additionalProperties) === "{}");
  const inner = Object.entries(schema).flatMap(([key, each]) =>
    openObjects(each, `${path}/${key}`),
  );
  return isOpen ? [path, ...inner] : inner;
}

/** Files of others: a dashboard as Grafana reads it; a configuration as the Hub has it, figures of a family of networks. */
const OPEN: Readonly<Record<string, RegExp>> = {
  watch: /^\/anyOf\/2/u,
  catalogue: /\/(config|network)$/u,
};

for (const { name, schema } of COMMANDS.filter((entry) => entry.schema !== undefined)) {
  test(`tenlane schema ${name} names every property of every object`, async () => {
    assert.ok(schema !== undefined);
    const open = openObjects(await publishedSchema(name));
    assert.deepEqual(
      open.filter((path) => OPEN[name]?.test(path) !== true),
      [],
    );
  });
}
