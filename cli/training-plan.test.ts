import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { trainingPlanSchema } from "./schemas/training.ts";

const ASKED = ["plan", "llama-3.1-8b", "--train", "lora-8b", "--device", "h100-sxm"];

async function printed(...args: readonly string[]): Promise<string> {
  const { status, out, err } = await ran([...ASKED, ...args]);
  assert.equal(status, 0, err);
  return out;
}

test("plan --train prints plans with step, run, cost, memory, checkpoints and what each waits for", async () => {
  const out = await printed("--devices-max", "8", "--explain");
  assert.match(out, /^Llama 3.1 8B, lora-8b \(adapters; 600M tokens/mu);
  assert.match(out, /^\d+ × h100-sxm /mu);
  assert.match(out, /^memory of a device, .*weights .*activations/mu);
  assert.match(out, /a failure every .* on average; save .* every \d+ steps/u);
  assert.match(out, /% backward/u);
  assert.match(out, /With twice the arithmetic: .* better in cost/u);
  assert.match(out, /Without failures: /u);
});

test("plan --train --json fits its schema, with and without plans", async () => {
  for (const args of [
    ["--devices-max", "2", "--explain"],
    ["--deadline", "1s"],
  ]) {
    const answer = trainingPlanSchema.safeParse(JSON.parse(await printed(...args, "--json")));
    assert.ok(answer.success, JSON.stringify(answer.error?.issues.slice(0, 3)));
  }
});

test("plan --train without an answer says what came nearest and which flag to change", async () => {
  const out = await printed("--deadline", "1s");
  assert.match(out, /^No plan: nearest is 1024 × h100-sxm, .* --deadline allows 1 s; change/u);
});

test("plan --train of something that is no run, or an objective of serving, is bad input", async () => {
  for (const args of [
    ["plan", "llama-3.1-8b", "--train", "nothing-like-it"],
    ["plan", "llama-3.1-8b", "--train", "examples/workloads/chat.json"],
    [...ASKED, "--objective", "latency"],
    ["plan", "llama-3.1-8b", "--objective", "time"],
    [...ASKED, "--spend", "3"],
  ]) {
    assert.equal((await ran(args)).status, 2, args.join(" "));
  }
});

const STEP = ["estimate", "llama-3.1-8b", "--device", "h100-sxm", "--train", "lora-8b"];

test("estimate --train prints a step, what its time goes to, and the memory of a device", async () => {
  const { status, out, err } = await ran([...STEP, "--dp", "8", "--micro", "2", "--zero", "1"]);
  assert.equal(status, 0, err);
  assert.match(out, /^Llama 3.1 8B on 8 × NVIDIA H100/mu);
  assert.match(out, /^step .* s \[/mu);
  assert.match(out, /^backward .* %$/mu);
  assert.match(out, /^weights +16\.1 GB$/mu);
});

test("estimate --train --json fits its schema, possible or not", async () => {
  const { estimateSchema } = await import("./schemas/estimate.ts");
  for (const args of [
    ["--dp", "8"],
    ["--dp", "1", "--micro", "64"],
  ]) {
    const { status, out } = await ran([...STEP, ...args, "--json"]);
    assert.equal(status, 0);
    const answer = estimateSchema.safeParse(JSON.parse(out));
    assert.ok(answer.success, JSON.stringify(answer.error?.issues.slice(0, 3)));
  }
});

test("estimate --train of a batch that does not divide, or a stage that there is not, is bad input", async () => {
  for (const args of [
    ["--dp", "7"],
    ["--zero", "4"],
    ["--micro", "3"],
  ]) {
    assert.equal((await ran([...STEP, ...args])).status, 2, args.join(" "));
  }
});

test("plan --train and estimate --train refuse a device that is made for inference, and say who says so", async () => {
  const plan = await ran(["plan", "llama-3.1-8b", "--train", "lora-8b", "--device", "inferentia2"]);
  assert.equal(plan.status, 0);
  assert.match(plan.out, /^No plan: .*"AWS Inferentia2" is made for inference alone \(AWS Neuron/u);
  const args = ["--train", "lora-8b", "--device", "inferentia2", "--tp", "2"];
  const estimate = await ran(["estimate", "llama-3.1-8b", ...args]);
  assert.match(estimate.out, /made for inference alone/u);
  const beside = await ran(["plan", "llama-3.1-8b", "--train", "lora-8b", "--device", "trainium1"]);
  assert.match(beside.out, /trainium1/u);
});
