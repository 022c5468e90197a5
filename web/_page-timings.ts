/** How soon the page answers and how long it is blocked, for tests and bench/page.ts. */
import type { Page } from "playwright-core";

/** Long tasks of the main thread, over 50 ms each by their definition, from now on. */
export async function watchBlocks(page: Page): Promise<void> {
  await page.evaluate(
    "window.blocks = []; new PerformanceObserver((list) => window.blocks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })",
  );
}

/** Milliseconds of each since they are watched. */
export async function blocksOf(page: Page): Promise<readonly number[]> {
  await page.waitForTimeout(200);
  return page.evaluate("window.blocks");
}

/** Moves the first slider forty steps: milliseconds from each to the first change of the bars that it causes. */
export const SLIDER_TIMES = `(async () => {
  const slider = [...document.querySelectorAll("input[type=range]")][0];
  const times = [];
  for (let step = 0; step < 40; step += 1) {
    const began = performance.now();
    const changed = new Promise((resolve) => {
      const watcher = new MutationObserver(() => { watcher.disconnect(); resolve(); });
      const place = document.querySelector(".bars");
      watcher.observe(place, { subtree: true, childList: true, characterData: true, attributes: true });
      setTimeout(() => { watcher.disconnect(); resolve(); }, 1000);
    });
    slider.value = String(slider.valueAsNumber + (step % 20 < 10 ? 1 : -1));
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await changed;
    times.push(performance.now() - began);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  return times;
})()`;
