import assert from "node:assert/strict";
import { test } from "node:test";
import { ran } from "./_fake-shell.ts";
import { displayWidth } from "./display-width.ts";

const ON = ["Qwen/Qwen3-32B", "--device", "h100-sxm"] as const;

const SHOWN: readonly (readonly string[])[] = [
  [],
  ["plan", "--help"],
  ["read", "yolo26n"],
  ["expand", "Qwen/Qwen3-32B", "--growth"],
  ["estimate", ...ON, "--tp", "2", "--operators"],
  ["estimate", "llama-3.1-8b", "--device", "h100-sxm", "--train", "lora-8b", "--dp", "8"],
  ["plan", ...ON, "--ttft", "500ms", "--tpot", "40ms", "--rate", "8/s", "--explain"],
  ["plan", ...ON, "--rate", "8/s", "--tpot", "1ms"],
  ["plan", "resnet-50", "--rate", "2000/s", "--device", "l4"],
  ["plan", "llama-2-70b", "--train", "pretrain-70b", "--device", "h100-sxm", "--explain"],
  ["simulate", ...ON, "--tp", "2", "--rate", "2/s", "--requests", "200"],
  ["cost", "--machine", "512 x h100-sxm", "--run", "30d"],
  ["reliability", "--machine", "64 x h100-sxm", "--replica", "8"],
  ["catalogue"],
  ["catalogue", "h100-sxm"],
  ["claim", "DGX H100 is 9x DGX A100 for training"],
  ["watch", "--once"],
];

/** What cannot be broken without harm: a word alone, and a command line to copy. */
const WHOLE = /^\s*(\S+|\$ .+)$/u;

for (const columns of [60, 160]) {
  for (const args of SHOWN) {
    test(`tenlane ${args.join(" ")} fits a terminal of ${columns} columns`, async () => {
      const { status, out, err } = await ran(args, { columns });
      assert.equal(status, 0, err);
      const wide = out.split("\n").filter((line) => displayWidth(line) > columns);
      assert.deepEqual(
        wide.filter((line) => !WHOLE.test(line)),
        [],
      );
    });
  }
}

test("tenlane completion and schema keep their lines, however narrow the terminal", async () => {
  for (const args of [
    ["completion", "zsh"],
    ["schema", "plan"],
  ]) {
    const narrow = await ran(args, { columns: 30 });
    assert.equal(narrow.out, (await ran(args, { columns: 300 })).out);
  }
});
