import type { CommandModule } from "../answer.ts";
import { addServeOptions, serving, type ServeOptions } from "../serve/serving.ts";

export const serveCommand: CommandModule = {
  examples: [
    "tenlane serve",
    "tenlane serve --port 0 --workers 8 --time-limit 30s",
    `curl -H 'content-type: application/json' -d '{"model": "Qwen/Qwen3-32B", "rate": "8/s"}' http://127.0.0.1:8471/api/plan`,
  ],
  declare: (command, shell, show) => {
    addServeOptions(command).action(async (options: ServeOptions) => {
      show(await serving(options, shell, () => {}));
    });
  },
};
