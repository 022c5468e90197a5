/** The built page as `tenlane web` serves it, and a browser on it, for tests. */
import chromium from "@sparticuz/chromium";
import { chromium as browsers, type Browser } from "playwright-core";
import { running, type Running } from "../cli/serve/server.ts";

export function servedPage(): Promise<Running> {
  const limits = { threads: 1, waitingMax: 8, seconds: 60, transferSeconds: 30 };
  return running({ host: "127.0.0.1", port: 0, note: () => {}, ...limits });
}

/** `more` are flags of Chromium. */
export async function openBrowser(more: readonly string[] = []): Promise<Browser> {
  return browsers.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args.filter((arg) => arg !== "--single-process"), ...more],
    headless: true,
  });
}
