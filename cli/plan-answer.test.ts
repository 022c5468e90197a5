import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";

const CONFIG = "cli/fixtures/qwen3-32b.json";
const ASKED = ["plan", CONFIG, "--device", "h100-sxm", "--precision", "fp8"];

async function printed(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await ran([...ASKED, ...args]);
  assert.equal(status, 0, err);
  return out;
}

test("plan --explain says in sentences what limits each plan and what would change the best", async () => {
  const out = await printed("--ttft", "500ms", "--tpot", "40ms", "--rate", "8/s", "--explain");
  assert.match(out, /requests in flight a replica would break --tpot 40 ms/u);
  assert.match(out, /tokens for memory bandwidth\./u);
  assert.match(out, /With twice the memory bandwidth: .*a token/u);
  assert.match(out, /With twice the time of --tpot: /u);
});

test("plan without an answer says which flag to relax, and relaxing it gives a plan", async () => {
  const out = await printed("--tpot", "2ms");
  const advice = /change: relax to --tpot (\S+)/u.exec(out)?.[1];
  assert.ok(advice !== undefined, out);
  assert.match(await printed("--tpot", advice), /Best: NVIDIA H100/u);
});

test("plan without an answer names every limit that has to give, and giving all of them is a plan", async () => {
  const asked = ["plan", CONFIG, "--own", "2 x h100-sxm", "--rate", "60/s", "--no-simulate"];
  const { out } = await ran([...asked, "--ttft", "60ms"]);
  const advice = /relax to --ttft (\S+) and --own "(.+)"/u.exec(out);
  assert.ok(advice !== null, out);
  const [, ttft = "", own = ""] = advice;
  assert.match((await ran([...asked, "--own", own])).out, /Best/u);
  const relaxed = await ran([...asked, "--own", own, "--ttft", ttft]);
  assert.match(relaxed.out, /Best: NVIDIA H100/u);
  assert.match((await ran([...asked, "--own", own, "--ttft", "60ms"])).out, /^no plan/u);
});

test("plan of a model whose answer is one vector speaks of answers, and of no tokens", async () => {
  const asked = ["plan", "bert-large", "--workload", "embeddings", "--rate", "50/s", "--top", "2"];
  const { out } = await ran([...asked, "--device", "l4,h100-sxm"]);
  assert.match(out, /latency +\$\/h .*J\/answer/u);
  assert.match(out, /^answers +50 requests\/s +as asked$/mu);
  assert.doesNotMatch(out, /TTFT|TPOT|first token|per output token|∞/u);
});

test("plan of a model that looks at pictures counts samples, whatever the workload says of tokens", async () => {
  const { out } = await ran(["plan", "vit-base-16", "--rate", "500/s", "--device", "l4"]);
  assert.match(out, /500 samples a second/u);
  assert.match(out, /^1 × l4 +/mu);
  assert.doesNotMatch(out, /token|TTFT/u);
});

test("plan of an encoder and requests that are too long for it says how long they may be", async () => {
  const asked = ["plan", "bert-large", "--workload", "chat", "--rate", "50/s", "--device", "l4"];
  const { out } = await ran(asked);
  assert.match(out, /change: requests of 512 tokens at most/u);
});

test("plan of an encoder without a workload assumes passages no longer than it was made for", async () => {
  const heading = async (...asked: readonly string[]) =>
    (await ran(["plan", ...asked, "--device", "l4", "--no-simulate"])).out.split("\n")[0] ?? "";
  assert.match(await heading("bert-large"), /embeddings assumed \(384 tokens in, 1 out\)/u);
  assert.match(await heading("bertweet-base"), /embeddings assumed \(129 tokens in, 1 out\)/u);
  assert.match(await heading("bert-large", "--input", "100"), /assumed \(100 tokens in/u);
  assert.match(await heading("bge-m3", "--workload", "chat"), /chat \(1024 tokens in/u);
});

test("plan and estimate refuse a rate, a time and a budget of nothing", async () => {
  for (const [flag, text] of [
    ["--rate", "0/s"],
    ["--ttft", "0s"],
    ["--budget", "$0/h"],
  ] as const) {
    const { status, err } = await ran([...ASKED, flag, text]);
    assert.equal(status, 2, flag);
    assert.match(err, /more than zero/u);
  }
});

test("estimate where no engine batches continuously takes llama.cpp or static batches", async () => {
  const on = async (device: string) =>
    (await ran(["estimate", "llama3.1-8b", "--device", device, "--precision", "q4_k_m"])).out;
  assert.match(await on("apple-m2-ultra"), /on 1 × Apple M2 Ultra.*, llama\.cpp, one batch$/mu);
});

test("plan shows the batch of each plan, what a device holds, and what limits the best", async () => {
  const out = await printed("--rate", "8/s", "--tpot", "40ms", "--no-simulate");
  assert.match(out, /engine +batch/u);
  assert.match(out, /memory of a device, 85\.0 GB: weights 34\.3 GB/u);
  assert.match(out, /^2 × h100-sxm: more than \d+ requests in flight a replica would break/mu);
});

test("plan calls a rate that was asked for and a listed price by their names", async () => {
  const out = await printed("--rate", "8/s");
  assert.match(out, /^output .* as asked$/mu);
  assert.match(out, /^cost per hour .* list price$/mu);
  assert.doesNotMatch(out, /measured/u);
});

test("plan --own fills the devices there are, and says how many more a rate needs", async () => {
  const own = async (...args: readonly string[]) => {
    const { status, out } = await ran(["plan", CONFIG, "--own", "3 x h100-sxm", ...args]);
    assert.equal(status, 0);
    return out;
  };
  assert.match(await own("--precision", "fp8"), /^3 × h100-sxm /mu);
  const more = /change: relax to (--own "\d+ x h100-sxm")/u.exec(await own("--rate", "60/s"))?.[1];
  assert.match(more ?? "", /^--own "\d{1,2} x h100-sxm"$/u);
});

test("plan --own of something that is not a count and a device is bad input", async () => {
  for (const text of ["h100-sxm", "0 x h100-sxm", "2 x nothing-like-it"]) {
    assert.equal((await ran(["plan", CONFIG, "--own", text])).status, 2);
  }
});

/** What the command says to who watches, each look at the clock two seconds after the last. */
async function watched(args: readonly string[]): Promise<string> {
  const clock = performance.now.bind(performance);
  let calls = 0;
  performance.now = () => clock() + 2000 * calls++;
  try {
    return (await ran(args, { isWatched: true })).err;
  } finally {
    performance.now = clock;
  }
}

test("plans draw a bar where a person watches and they take over a second, and clear it", async () => {
  const asked = ["plan", "cli/fixtures/qwen3-32b.json", "--rate", "8/s", "--no-simulate"];
  const narrow = ["--device", "h100-sxm,l40s,mi300x,a100-sxm4-80"];
  const { err, status } = await ran([...asked, ...narrow], { isWatched: false });
  assert.deepEqual([status, err], [0, ""]);
  const train = ["plan", "llama-2-70b", "--train", "pretrain-70b", "--device", "h100-sxm,mi300x"];
  const worth = ["rightsize", "examples/usage.json"];
  for (const args of [[...asked, ...narrow], train, worth]) {
    const said = await watched(args);
    assert.match(said, /devices/u, args[0]);
    assert.ok(said.endsWith("\r\u001b[K"));
  }
});

test("plan of a model with an encoder counts the answer alone against its context: 1,500 frames are none of 448 tokens", async () => {
  const args = ["plan", "whisper-large-v3", "--device", "a10g", "--workload", "speech", "--json"];
  const { out } = await ran([...args, "--rate", "1/s", "--no-simulate"]);
  assert.ok(JSON.parse(out).plans.length > 0);
  const long = await ran([...args, "--rate", "1/s", "--no-simulate", "--output", "460"]);
  assert.deepEqual(JSON.parse(long.out).plans, []);
});
