import type { CommandModule } from "../answer.ts";
import { declareLanes, LANES_EXAMPLES } from "./measure-lanes.ts";

export const measureCommand: CommandModule = {
  examples: LANES_EXAMPLES,
  declare: (command, shell, show) => {
    declareLanes(command.command("lanes"), shell, show);
  },
};
