import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder } from "./_fake-shell.ts";
import { inside, withFiles } from "./files.ts";
import { InputError } from "./input-error.ts";

test("inside() keeps to the folder", () => {
  assert.equal(inside("/models/a", "part-1.safetensors"), "/models/a/part-1.safetensors");
  assert.equal(inside("/models/a", "sub/../b"), "/models/a/b");
  for (const name of ["../../etc/passwd", "/etc/passwd", "..", ".", "sub/../../b"]) {
    assert.throws(() => inside("/models/a", name), InputError, name);
  }
});

test("withFiles() reads only the bytes asked for, and fewer where the file ends", async () => {
  const path = join(emptyFolder(), "bytes");
  writeFileSync(path, Uint8Array.of(1, 2, 3, 4, 5));
  await withFiles(async (opener) => {
    const source = await opener(path);
    assert.ok(source !== null);
    assert.equal(source.size, 5);
    assert.deepEqual([...(await source.read(1, 2))], [2, 3]);
    assert.deepEqual([...(await source.read(3, 1000))], [4, 5]);
    assert.deepEqual([...(await source.read(9, 4))], []);
  });
});

test("withFiles() opens nothing where nothing is, and closes what it opened", async () => {
  const path = join(emptyFolder(), "bytes");
  writeFileSync(path, "x");
  const left = await withFiles(async (opener) => {
    assert.equal(await opener(`${path}-none`), null);
    return opener(path);
  });
  await assert.rejects(async () => left?.read(0, 1), /closed/u);
});
