import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test, type TestContext } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

import { products } from "../measure/onnx/_samples.ts";

const MAIN = "dist/cli/main.js";

/** With the Node of this machine, not the one that npm installed. */
const OWN_NODE = {
  ...process.env,
  PATH: (process.env["PATH"] ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(delimiter),
};

/** Runs the built command line with the Node of this machine. */
function installed(t: TestContext, args: readonly string[]): string | null {
  const { error, status, stdout, stderr } = spawnSync("node", [MAIN, ...args], {
    env: OWN_NODE,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  if (error !== undefined) {
    t.skip("no node on this machine but npm's");
    return null;
  }
  assert.equal(stderr, "");
  assert.equal(status, 0);
  return stdout;
}

test("the built command line runs on the machine's own Node without a warning", (t) => {
  const help = installed(t, ["--help"]);
  if (help !== null) assert.match(help, /Usage: tenlane/u);
});

test("the built plan answers on the machine's own Node", (t) => {
  const args = ["plan", "Qwen/Qwen3-32B", "--device", "h100-sxm", "--tpot", "40ms", "--json"];
  const text = installed(t, args);
  if (text !== null) assert.ok(JSON.parse(text).plans.length > 0);
});

const DRAWS = [
  "--rate 4/s --arrivals gamma --burstiness 0.5 --correlation 0.5 --speculate eagle",
  "--rate 4/s --arrivals weibull --burstiness 0.6 --replicas 3 --fail-every 60s --autoscale 3",
  "--users 32 --think 1s --turns 3 --shared 200 --prefill-replicas 1",
] as const;

for (const draws of DRAWS) {
  test(`the built simulate ${draws} prints the same bytes on the machine's own Node as on npm's`, (t) => {
    const service = "simulate llama-3.1-8b --device h100-sxm --requests 600 --seeds 2 --json";
    const args = [...service.split(" "), ...draws.split(" ")];
    const own = installed(t, args);
    if (own === null) return;
    const { stdout } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
    assert.ok(own === stdout && own.length > 1000, "the answers differ");
  });
}

test("the built validate finds the figures that tenlane carries", (t) => {
  const text = installed(t, ["validate", "--device", "h100-sxm", "--json"]);
  if (text !== null) assert.ok(JSON.parse(text).rows.length > 10);
});

test("the built tenlane mcp answers an assistant on the machine's own Node, in silence", async (t) => {
  if (installed(t, ["--version"]) === null) return;
  const noise: string[] = [];
  const transport = new StdioClientTransport({
    command: "node",
    args: [MAIN, "mcp", "--workers", "1"],
    env: Object.fromEntries(Object.entries(OWN_NODE).filter(([, value]) => value !== undefined)),
    stderr: "pipe",
  });
  transport.stderr?.on("data", (text: Buffer) => noise.push(text.toString()));
  const client = new Client({ name: "test", version: "1" });
  client.onerror = ({ message }) => noise.push(message);
  await client.connect(transport);
  t.after(() => client.close());
  const { tools } = await client.listTools();
  assert.ok(tools.some(({ name }) => name === "plan"));
  const given = { machine: ["8 x h100-sxm"], json: true };
  const { content, isError } = await client.callTool({ name: "cost", arguments: given });
  const [part] = content as { text: string }[];
  assert.equal(isError, false);
  assert.ok(JSON.parse(part?.text ?? "").ways.length > 0);
  assert.deepEqual(noise, []);
});

test("the built tenlane watch holds below 60 MB on the machine's own Node", async (t) => {
  if (installed(t, ["--version"]) === null) return;
  const child = spawn("node", [MAIN, "watch", "--every", "1s", "--port", "41876"], {
    env: { ...OWN_NODE, XDG_DATA_HOME: mkdtempSync(join(tmpdir(), "tenlane-")) },
    stdio: "ignore",
  });
  t.after(() => void child.kill());
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  const page = await (await fetch("http://127.0.0.1:41876/metrics")).text();
  assert.match(page, /node_cpu_seconds_total/u);
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const kib = Number(/^VmHWM:\s+(?<kib>\d+)/mu.exec(status)?.groups?.["kib"]);
  assert.ok(kib * 1024 < 60e6, `${kib} KiB`);
});

test("the built tenlane measure runs a model on the machine's own Node", (t) => {
  const model = join(mkdtempSync(join(tmpdir(), "tenlane-")), "model.onnx");
  writeFileSync(model, products(2, 64));
  const args = ["measure", model, "--budget", "15s", "--instances", "1", "--no-history", "--json"];
  const text = installed(t, args);
  if (text !== null) assert.equal(JSON.parse(text).profile.operators.length, 2);
});

test("tenlane/measure answers a program on the machine's own Node", (t) => {
  if (installed(t, ["--version"]) === null) return;
  const program = `
    import { onnxRunner } from "tenlane/measure";
    const session = { threads: 1, provider: "cpu", optimises: true };
    const { kind, reason } = await onnxRunner().outputs(Uint8Array.of(1, 2, 3), [{}], session);
    console.log(kind, reason);`;
  const { stdout, stderr } = spawnSync("node", ["--input-type=module", "-e", program], {
    env: OWN_NODE,
    encoding: "utf8",
  });
  assert.equal(stdout, "failed invalid\n", stderr);
});

test("a closed pipe ends the command line quietly", () => {
  const { stdout, stderr } = spawnSync(
    "bash",
    ["-c", `node ${MAIN} catalogue --list models --json | head -1`],
    { encoding: "utf8" },
  );
  assert.equal(stdout, "{\n");
  assert.equal(stderr, "");
});
