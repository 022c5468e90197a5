/** Where what a user made or measured lives: `XDG_DATA_HOME`, else `~/.local/share`. */
import { homedir } from "node:os";
import { join } from "node:path";
import type { Shell } from "./shell.ts";

export function dataFolder({ environment }: Pick<Shell, "environment">): string {
  const { XDG_DATA_HOME: own = "" } = environment;
  return join(own === "" ? join(homedir(), ".local", "share") : own, "tenlane");
}
