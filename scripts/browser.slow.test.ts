import assert from "node:assert/strict";
import { test } from "node:test";
import chromium from "@sparticuz/chromium";
import { build } from "esbuild";
import { chromium as browsers } from "playwright-core";
import { answer } from "./_browser-question.ts";

test("the core answers in a browser as it does in Node, to 12 digits", async (t) => {
  const bundle = await build({
    entryPoints: ["scripts/_browser-question.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "question",
    platform: "browser",
    target: "es2022",
  });
  const content = bundle.outputFiles[0]?.text;
  assert.ok(content !== undefined);
  const browser = await browsers.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, "--no-sandbox"],
    headless: true,
  });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const problems: Error[] = [];
  page.on("pageerror", (error) => void problems.push(error));
  await page.addScriptTag({ content });
  const inBrowser: unknown = await page.evaluate("question.answer()");
  assert.deepEqual(problems, []);
  assert.ok(typeof inBrowser === "string");
  assert.ok(rounded(inBrowser) === rounded(answer()), "the answers differ");
  assert.match(answer(), /"plans":\[\{/u);
});

/**
 * JSON with numbers to 12 digits: engines may differ in the last bit of `Math.exp` and `Math.pow`
 * (ECMA-262, 21.3.2: "implementation-approximated"), and nothing else.
 */
function rounded(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(12)) : value,
  );
}
