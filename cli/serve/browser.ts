/** The browser of whoever sits at this machine. */
import { spawn } from "node:child_process";
import process from "node:process";

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: "open",
  win32: "explorer",
};

/** Opens `address`; where nothing can, the address that was printed has to do. */
export function openInBrowser(address: string): void {
  const opener = OPENERS[process.platform] ?? "xdg-open";
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
