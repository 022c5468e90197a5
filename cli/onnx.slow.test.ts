import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { file, node, value, weights } from "../core/model/onnx/_fake-models.ts";
import { emptyFolder } from "./_fake-shell.ts";

const MAIN = new URL("../dist/cli/main.js", import.meta.url).pathname;

/** Seconds of a processor, since other tests run beside it, and most bytes that reading `path` takes. */
function reading(path: string): { readonly seconds: number; readonly bytes: number } {
  const script = `
    process.on("exit", () => {
      const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
      console.error(JSON.stringify([(userCPUTime + systemCPUTime) / 1e6, 1024 * maxRSS]));
    });
    await import(${JSON.stringify(MAIN)});`;
  const flags = ["--input-type=module", "-e", script, "main", "read", path, "--json"];
  const found = spawnSync(process.execPath, flags, { encoding: "utf8", maxBuffer: 1e8 });
  assert.equal(found.status, 0, found.stderr);
  const { parameters } = JSON.parse(found.stdout);
  assert.equal(parameters.total, 5e8);
  const [seconds = 0, bytes = 0] = JSON.parse(found.stderr);
  return { seconds, bytes };
}

function graphOf(tensor: ReturnType<typeof weights>): Uint8Array {
  return file({
    input: [value("x", ["batch", 20_000])],
    initializer: [tensor],
    node: [node("MatMul", "x w", "y")],
    output: [value("y", ["batch", 25_000])],
  });
}

test("tenlane read of 2 GB of external weights takes less than a second and 200 MB", () => {
  const folder = emptyFolder();
  const tensor = weights("w", [1]);
  tensor.dims = [20_000n, 25_000n];
  tensor.rawData = new Uint8Array(0);
  tensor.dataLocation = 1;
  const entry = { $typeName: "onnx.StringStringEntryProto" as const };
  tensor.externalData = [
    { ...entry, key: "location", value: "weights.bin" },
    { ...entry, key: "length", value: "2000000000" },
  ];
  writeFileSync(join(folder, "model.onnx"), graphOf(tensor));
  sparse(join(folder, "weights.bin"), 2e9);
  const { seconds, bytes } = reading(join(folder, "model.onnx"));
  assert.ok(seconds < 1, `${seconds} s`);
  assert.ok(bytes < 200e6, `${bytes} bytes`);
});

test("tenlane read of 2 GB of weights in the file takes less than a second and 200 MB", () => {
  const path = join(emptyFolder(), "model.onnx");
  const tensor = weights("w", [1]);
  tensor.dims = [20_000n, 25_000n];
  tensor.rawData = new Uint8Array(0);
  const small = graphOf(tensor);
  writeLarge(path, small, 2e9);
  assert.ok(statSync(path).size > 2e9);
  const { seconds, bytes } = reading(path);
  assert.ok(seconds < 1, `${seconds} s`);
  assert.ok(bytes < 200e6, `${bytes} bytes`);
});

/** A file of `size` zeros that takes no room. */
function sparse(path: string, size: number): void {
  closeSync(openSync(path, "w"));
  truncateSync(path, size);
}

/** The model with `size` bytes of raw data in its tensor, as a file that takes little room. */
function writeLarge(path: string, small: Uint8Array, size: number): void {
  const text = Buffer.from(small);
  const tensorStart = text.indexOf(Buffer.from([0x08, 0xa0, 0x9c, 0x01]));
  assert.ok(tensorStart > 0);
  const [tensorLength = 0] = text.subarray(tensorStart - 1);
  const tensor = text.subarray(tensorStart, tensorStart + tensorLength);
  const raw = Buffer.from([0x4a, ...varint(size)]);
  const head = Buffer.from([0x2a, ...varint(tensor.length + raw.length + size)]);
  const graphStart = text.indexOf(0x3a);
  const graph = text.subarray(graphStart + 2);
  const rest = Buffer.concat([
    graph.subarray(0, tensorStart - 2 - graphStart - 2),
    graph.subarray(tensorStart + tensorLength - graphStart - 2),
  ]);
  const whole = [0x3a, ...varint(head.length + tensor.length + raw.length + size + rest.length)];
  const before = Buffer.concat([
    text.subarray(0, graphStart),
    Buffer.from(whole),
    head,
    tensor,
    raw,
  ]);
  const handle = openSync(path, "w");
  writeSync(handle, before, 0, before.length, 0);
  writeSync(handle, rest, 0, rest.length, before.length + size);
  closeSync(handle);
}

function varint(number: number): number[] {
  return number < 128 ? [number] : [(number % 128) | 128, ...varint(Math.floor(number / 128))];
}
