import {
  OUR_FAILURE,
  columnTable,
  familyOf,
  familyTable,
  reasonTable,
  shippedLeftOutTable,
  shippedWorld,
  validate,
  validationJson,
  wholeDevice,
  type Checked,
  type Row,
  type World,
} from "../../validation/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { inputError } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import { numbered } from "../numbered.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";
import { truthOf, truthOption } from "../truth-input.ts";

interface Options {
  readonly truth?: readonly string[];
  readonly family?: string;
  readonly device?: string;
  readonly model?: string;
  readonly engine?: string;
}

export const validateCommand: CommandModule = {
  examples: [
    "tenlane validate",
    "tenlane validate --json",
    "tenlane validate --device h100-sxm --family 'serving TPOT'",
  ],
  declare: (command, shell, show) => {
    command
      .addOption(truthOption())
      .option("--family <name>", "only figures of this family, as the tables name it")
      .option("--device <name>", "only figures of this device, as they or the catalogue name it")
      .option("--model <name>", "only figures of this model, as they name it")
      .option("--engine <name>", "only figures of this engine, as they name it")
      .action(async (options: Options) => {
        const all = await truthOf(options.truth, shell);
        const world = shippedWorld();
        const rows = askedOf(all, options, world);
        const bar = progress(shell, "rows");
        const checked = validate(rows, world, (done) => bar.reach(done, rows.length));
        bar.end();
        noteFailures(checked, shell);
        show(answerOf(checked));
      });
  },
};

/** A mistake of ours does not end the run, but is said. */
function noteFailures(checked: readonly Checked[], shell: Shell): void {
  const failed = checked.filter(({ unanswered }) => unanswered?.startsWith(OUR_FAILURE));
  const [first] = failed;
  if (first === undefined) return;
  shell.note(
    `${numbered(failed.length, "row")} not answered for a ${OUR_FAILURE}, ${first.row.id} first\n`,
  );
}

const NAMES = {
  family: (row: Row) => [familyOf(row)],
  device: (row: Row, world: World) => [row.hardware, world.device(wholeDevice(row))?.id],
  model: ({ model }: Row) => [model],
  engine: ({ engine }: Row) => [engine],
} as const;

/** Errors: a name that none of the figures has. */
function askedOf(all: readonly Row[], options: Options, world: World): readonly Row[] {
  let rows = all;
  for (const name of ["family", "device", "model", "engine"] as const) {
    const wanted = options[name];
    if (wanted === undefined) continue;
    rows = rows.filter((row) => NAMES[name](row, world).some((each) => each === wanted));
    if (rows.length > 0) continue;
    throw inputError(`--${name}`, `the ${name} of a figure, as the tables name it`, wanted);
  }
  return rows;
}

const GROUPS_SHOWN = 25;

function answerOf(checked: readonly Checked[]): Answer {
  const tables = [
    familyTable(checked),
    columnTable(checked, "hardware", GROUPS_SHOWN),
    columnTable(checked, "model", GROUPS_SHOWN),
    columnTable(checked, "engine", GROUPS_SHOWN),
    reasonTable(checked, GROUPS_SHOWN),
    shippedLeftOutTable(),
  ];
  return {
    json: validationJson(checked),
    text: (shell) => tables.map((table) => laidOut(table, shell)).join("\n"),
  };
}
