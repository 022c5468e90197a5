import type { CommandModule } from "../answer.ts";
import { openInBrowser } from "../serve/browser.ts";
import { addServeOptions, serving, type ServeOptions } from "../serve/serving.ts";

interface Options extends ServeOptions {
  readonly open: boolean;
}

export const webCommand: CommandModule = {
  examples: ["tenlane web", "tenlane web --port 0 --no-open"],
  declare: (command, shell, show) => {
    addServeOptions(command)
      .option("--no-open", "only print the address")
      .action(async (options: Options) => {
        const isWanted = options.open && shell.isWatched;
        show(await serving(options, shell, isWanted ? openInBrowser : () => {}));
      });
  },
};
