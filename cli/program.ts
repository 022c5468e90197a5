/** The tree of commands. Only the command that is asked for is loaded, so that help stays instant. */
import { Command, CommanderError, type Option, type OutputConfiguration } from "commander";
import { quantityText } from "../core/report/index.ts";
import manifest from "../package.json" with { type: "json" };
import { answerText, type Answer, type CommandEntry } from "./answer.ts";
import { COMMANDS } from "./commands.ts";
import { addOnOption } from "./own-devices.ts";
import { COLUMNS_MIN, type Shell } from "./shell.ts";
import { fitted } from "./wrapped.ts";

/** The program with all command names, and the files of those in `loaded`. */
export async function program(
  shell: Shell,
  loaded: (entry: CommandEntry) => boolean,
): Promise<Command> {
  const root = new Command("tenlane")
    .description(manifest.description)
    .version(manifest.version, "-v, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .enablePositionalOptions()
    .option("--verbose", "print the stack of a failure")
    .configureHelp({ minWidthToWrap: COLUMNS_MIN })
    .exitOverride()
    .configureOutput(outputOf(shell))
    .addHelpText("after", fitted(GENERAL_HELP, shell.columns));
  for (const entry of COMMANDS) {
    const command = root.command(entry.name).description(entry.summary);
    if (loaded(entry)) await declare(command, entry, shell);
  }
  return root;
}

const GENERAL_HELP = `
Every command has --help with examples, and --json with a schema (tenlane schema <command>).
Quantities carry their unit: --ttft 200ms --rate 12/s --budget '$20/h'.

Exit status: 0 an answer, also when the answer is no; 1 a failure; 2 bad input.`;

async function declare(command: Command, entry: CommandEntry, shell: Shell): Promise<void> {
  const { declare: declareOwn, examples } = await entry.load();
  const show = (answer: Answer): void => {
    const isJson = [command, ...command.commands].some((each) => each.opts()["json"] === true);
    shell.print(answerText(answer, isJson, shell));
  };
  declareOwn(command, shell, show);
  for (const each of [command, ...command.commands]) each.options.forEach(describeDefault);
  addOnOption(command, shell);
  if (entry.schema !== undefined) command.option("--json", "print JSON, quantities in SI units");
  command
    .option("--verbose", "print the stack of a failure")
    .addHelpText("after", `\nExamples:\n${examples.map((line) => `  $ ${line}`).join("\n")}`);
}

const DIMENSIONS: Readonly<Record<string, "time" | "size">> = {
  "<time>": "time",
  "<size>": "size",
};

/** Defaults as a user would write them: 10min, where the flag keeps 600. */
function describeDefault(option: Option): void {
  const value: unknown = option.defaultValue;
  const dimension = DIMENSIONS[option.flags.split(" ").at(-1) ?? ""];
  if (dimension === undefined || typeof value !== "number") return;
  if (option.defaultValueDescription !== undefined) return;
  const text = value === Infinity ? "never" : quantityText(value, dimension).replace(" ", "");
  option.default(value, text);
}

function outputOf(shell: Shell): OutputConfiguration {
  return {
    writeOut: shell.print,
    writeErr: shell.note,
    getOutHelpWidth: () => shell.columns,
    getErrHelpWidth: () => shell.columns,
    getOutHasColors: () => shell.isColoured,
    // What it refuses is said once, by run-cli.ts.
    outputError: () => {},
  };
}

/** Whether commander ended the run because help or the version was printed on request. */
export function isHelpShown(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
