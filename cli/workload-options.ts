/** Options that say what users send and get. */
import type { Command } from "commander";
import { decodeWorkload, type Workload } from "../core/index.ts";
import { READY_WORKLOADS } from "../examples/workloads/index.ts";
import { documentOf } from "./documents.ts";
import { countFlag, shareFlag } from "./flags.ts";
import { accepted } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export interface WorkloadOptions {
  readonly workload?: string;
  readonly input?: number;
  readonly output?: number;
  readonly cached?: number;
}

export function addWorkloadOptions(command: Command): Command {
  const names = [...READY_WORKLOADS.keys()].join(", ");
  return command
    .option("--workload <name>", `${names}, or a JSON file of one (default: chat)`)
    .option("--input <tokens>", "mean input length instead", countFlag("--input"))
    .option("--output <tokens>", "mean output length instead", countFlag("--output"))
    .option(
      "--cached <share>",
      "share of input in the prefix cache instead",
      shareFlag("--cached"),
    );
}

/** The workload named, `chat` where none is, with the means that are given instead of its own. */
export async function workloadFrom(options: WorkloadOptions, shell: Shell): Promise<Workload> {
  const { workload = "chat" } = options;
  const json = READY_WORKLOADS.get(workload) ?? (await documentOf(workload, shell));
  return withMeans(accepted(decodeWorkload(json), `--workload ${workload}`), options);
}

/** The workload with the means that are given instead of its own. */
export function withMeans(
  read: Workload,
  { input, output, cached }: Omit<WorkloadOptions, "workload">,
): Workload {
  return {
    ...read,
    input: input === undefined ? read.input : { ...read.input, mean: input },
    output: output === undefined ? read.output : { ...read.output, mean: output },
    cached: cached ?? read.cached,
  };
}
