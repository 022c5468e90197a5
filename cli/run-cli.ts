/** One run of the command line, from arguments to an exit status. */
import { CommanderError } from "commander";
import { pathText } from "../core/report/index.ts";
import { failureText } from "./failure.ts";
import { InputError } from "./input-error.ts";
import { misuse } from "./misuse.ts";
import { paint } from "./paint.ts";
import { isHelpShown, program } from "./program.ts";
import type { Shell } from "./shell.ts";

/** 0: an answer. 1: a bug, or the outside failed. 2: bad input. */
export type ExitStatus = 0 | 1 | 2;

/** Runs `args`. The only `try` of the command line is here. */
export async function runCli(args: readonly string[], shell: Shell): Promise<ExitStatus> {
  try {
    const wanted = args.filter((arg) => !arg.startsWith("-")).slice(0, 2);
    const root = await program(shell, ({ name }) => isNeeded(name, wanted));
    if (args.length === 0) root.outputHelp();
    else await root.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    if (isHelpShown(error)) return 0;
    const refused = error instanceof CommanderError ? misuse(error) : error;
    if (refused instanceof InputError) {
      shell.note(refusalText(refused, shell));
      return 2;
    }
    shell.note(failureText(error, shell, isVerbose(args, shell)));
    return 1;
  }
}

/** The command that runs or is explained; all of them where the whole tree is described. */
function isNeeded(name: string, [first, second]: readonly string[]): boolean {
  return first === name || first === "completion" || (first === "help" && second === name);
}

function isVerbose(args: readonly string[], { environment }: Shell): boolean {
  return args.includes("--verbose") || (environment["DEBUG"] ?? "") !== "";
}

function refusalText({ input, reason }: InputError, shell: Shell): string {
  const path = pathText(reason.path);
  const place = path === "" ? input : `${input}: ${path}`;
  return [
    `${paint(shell, "red", "error:")} ${place}`,
    `  expected  ${reason.expected}`,
    `  got       ${reason.got}`,
    "",
  ].join("\n");
}
