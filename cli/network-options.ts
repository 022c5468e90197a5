/** Options that say what the network between hosts carries, where it is not all that they send. */
import type { Command } from "commander";
import type { Fabric } from "../core/index.ts";
import { countFlag, positiveFlag } from "./flags.ts";

export interface NetworkOptions {
  readonly oversubscription?: number;
  readonly pod?: number;
  readonly flows?: number;
}

export function addNetworkOptions(command: Command): Command {
  return command
    .option(
      "--oversubscription <ratio>",
      "what hosts send over what the network above a pod carries: 3 (default: all is carried)",
      positiveFlag("--oversubscription", "count", 1),
    )
    .option(
      "--pod <n>",
      "devices below the tier that is oversubscribed (default: 32 hosts)",
      countFlag("--pod"),
    )
    .option(
      "--flows <n>",
      "flows of a device that switches hash onto uplinks; packets take any path if not given",
      countFlag("--flows"),
    );
}

/** What was asked for, over what a system file says. */
export function networkFrom({ oversubscription, pod, flows }: NetworkOptions): Fabric {
  return {
    ...(oversubscription === undefined ? {} : { oversubscription }),
    ...(pod === undefined ? {} : { pod }),
    ...(flows === undefined ? {} : { flows }),
  };
}
