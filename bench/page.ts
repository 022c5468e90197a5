/**
 * How soon the built page shows its first plans in a browser that has never seen it, and how soon it answers a slider.
 *
 *     npm run build && npx node bench/page.ts
 */
import { performance } from "node:perf_hooks";
import type { Browser } from "playwright-core";
import { quantityText } from "../core/index.ts";
import { blocksOf, SLIDER_TIMES, watchBlocks } from "../web/_page-timings.ts";
import { openBrowser, openedPage, servedPage } from "../web/_site.ts";
import { where, writeSection } from "./_results.ts";

const RUNS = 7;
const PLAN = "#plan?lang=en";

const site = await servedPage();
const opened = async (browser: Browser) => (await openedPage(browser, site, PLAN)).page;

/** Seconds from the address to the first plans. */
const first: number[] = [];
for (let run = 0; run < RUNS; run += 1) {
  const browser = await openBrowser();
  const started = performance.now();
  await opened(browser);
  first.push((performance.now() - started) / 1e3);
  await browser.close();
}

const browser = await openBrowser();
const steps: number[] = [];
const blocks: number[] = [];
for (let run = 0; run < 3; run += 1) {
  const page = await opened(browser);
  await watchBlocks(page);
  const times: readonly number[] = await page.evaluate(SLIDER_TIMES);
  steps.push(...times.map((each) => each / 1e3));
  blocks.push(...(await blocksOf(page)).map((each) => each / 1e3));
  await page.context().close();
}
await browser.close();
await site.close();

const time = (seconds: number) => quantityText(seconds, "time");
const share = (values: readonly number[], of: number) =>
  values.toSorted((a, b) => a - b)[Math.floor(of * (values.length - 1))] ?? Number.NaN;

writeSection("page", [
  "## Page",
  "",
  `${where()}, headless Chromium on the same cores as the server (\`npx node bench/page.ts\`).`,
  "",
  "| what | median | p95 | most | bar |",
  "| --- | --: | --: | --: | --: |",
  `| first plans, cold cache, ${first.length} browsers | ${time(share(first, 0.5))} | | ${time(Math.max(...first))} | 2 s |`,
  `| a step of the slider to new bars, ${steps.length} steps | ${time(share(steps, 0.5))} | ${time(share(steps, 0.95))} | ${time(Math.max(...steps))} | 100 ms (p95) |`,
  `| tasks of the main thread over 50 ms meanwhile: ${blocks.length} | | | ${blocks.length === 0 ? "" : time(Math.max(...blocks))} | none |`,
]);
