import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { straightImports } from "./_straight-imports.ts";

const at = resolve("web/worker/some.ts");

test("straightImports() takes a value from the module that writes it, through every index, and no types", () => {
  const text = `import { findModel as found, type Model, ok } from "../../core/index.ts";`;
  assert.equal(
    straightImports(text, at),
    `import { findModel as found } from "${resolve("core/model/find-model.ts")}"; ` +
      `import { ok as ok } from "${resolve("core/result.ts")}";`,
  );
});

test("straightImports() leaves to the index what the index writes itself", () => {
  const index = resolve("core/index.ts");
  assert.equal(
    straightImports(`export { ofNone } from "../../core/index.ts";`, at),
    `export { ofNone as ofNone } from "${index}";`,
  );
});

test("straightImports() leaves imports of modules and of types as they are", () => {
  for (const text of [
    `import { ok } from "../../core/result.ts";`,
    `import type { Model } from "../../core/index.ts";`,
    `import * as z from "zod";`,
  ]) {
    assert.equal(straightImports(text, at), text);
  }
});
