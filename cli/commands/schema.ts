import * as z from "zod";
import type { CommandModule } from "../answer.ts";
import { COMMANDS } from "../commands.ts";
import { inputError } from "../input-error.ts";

export const schema: CommandModule = {
  examples: ["tenlane schema read", "tenlane schema catalogue"],
  declare: (command, _shell, show) => {
    const described = COMMANDS.filter((entry) => entry.schema !== undefined);
    const names = described.map(({ name }) => name).join(", ");
    command.argument("<command>", `one of ${names}`).action(async (name: string) => {
      const entry = described.find((each) => each.name === name);
      if (entry?.schema === undefined) throw inputError("command", `one of ${names}`, name);
      const json = z.toJSONSchema(await entry.schema());
      show({ json, text: () => `${JSON.stringify(json, null, 2)}\n` });
    });
  },
};
