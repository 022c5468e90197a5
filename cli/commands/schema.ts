import * as z from "zod";
import type { CommandEntry, CommandModule } from "../answer.ts";
import { inputError } from "../input-error.ts";

/** Prints the schema of one of `commands`. */
export const schemaOf = (commands: readonly CommandEntry[]): CommandModule => ({
  examples: ["tenlane schema read", "tenlane schema catalogue"],
  declare: (command, _shell, show) => {
    const described = commands.filter((entry) => entry.schema !== undefined);
    const names = described.map(({ name }) => name).join(", ");
    command.argument("<command>", `one of ${names}`).action(async (name: string) => {
      const entry = described.find((each) => each.name === name);
      if (entry?.schema === undefined) throw inputError("command", `one of ${names}`, name);
      const json = z.toJSONSchema(await entry.schema());
      show({ json, text: () => `${JSON.stringify(json, null, 2)}\n`, isVerbatim: true });
    });
  },
});
