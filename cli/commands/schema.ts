import * as z from "zod";
import { assert } from "../../core/assert.ts";
import type { CommandEntry, CommandModule } from "../answer.ts";
import { choiceFlag } from "../flags.ts";

/** Prints the schema of one of `commands`. */
export const schemaOf = (commands: readonly CommandEntry[]): CommandModule => ({
  examples: ["tenlane schema read", "tenlane schema catalogue"],
  declare: (command, _shell, show) => {
    const described = commands.filter((entry) => entry.schema !== undefined);
    const names = described.map(({ name }) => name);
    const chosen = choiceFlag("command", names);
    command
      .argument("<command>", `one of ${names.join(", ")}`, chosen)
      .action(async (name: string) => {
        const entry = described.find((each) => each.name === name);
        assert(entry?.schema !== undefined, `no schema of ${name}`);
        const json = z.toJSONSchema(await entry.schema());
        show({ json, text: () => `${JSON.stringify(json, null, 2)}\n`, isVerbatim: true });
      });
  },
});
