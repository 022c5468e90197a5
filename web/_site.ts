/** The built page as `tenlane web` serves it, and a browser on it, for tests. */
import chromium from "@sparticuz/chromium";
import { chromium as browsers, type Browser, type Page } from "playwright-core";
import { running, type Running } from "../cli/serve/server.ts";
import { en } from "./words/en.ts";

export const VIEWS: readonly string[] = Object.keys(en.views);

export function servedPage(): Promise<Running> {
  const limits = { threads: 1, waitingMax: 8, seconds: 60, transferSeconds: 30 };
  return running({ host: "127.0.0.1", port: 0, note: () => {}, ...limits });
}

export const SIZES = {
  desktop: { width: 1280, height: 900 },
  phone: { width: 390, height: 844 },
};

export interface Opened {
  readonly page: Page;
  /** Errors of the page and its console, and requests that leave it. */
  readonly problems: string[];
}

/** The page at an address of `site`, its first answer there. */
export async function openedPage(
  browser: Browser,
  site: Running,
  hash: string,
  size: keyof typeof SIZES = "desktop",
): Promise<Opened> {
  const context = await browser.newContext({ viewport: SIZES[size], reducedMotion: "reduce" });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (line) => {
    if (["error", "warning"].includes(line.type())) problems.push(line.text());
  });
  page.on("request", (request) => {
    const isOwn = request.url().startsWith(site.address) || /^(?:data|blob):/u.test(request.url());
    if (!isOwn) problems.push(`request to ${request.url()}`);
  });
  await page.goto(site.address + hash);
  await page.waitForSelector('main section[aria-busy="false"]');
  return { page, problems };
}

/** What a click hands out to save. */
export async function saved(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const waiting = page.waitForEvent("download");
  await click();
  const stream = await (await waiting).createReadStream();
  return Buffer.from(await new Response(stream as unknown as ReadableStream).arrayBuffer());
}

/** `more` are flags of Chromium. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return browsers.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => arg !== "--single-process"), ...more],
    headless: true,
  });
}
