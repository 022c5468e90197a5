import { catalogue, type ModelEntry } from "../../core/index.ts";
import type { CommandModule } from "../answer.ts";
import { COMPLETION_SHELLS, completionScript, type KnownNames } from "../completion.ts";
import { choiceFlag } from "../flags.ts";

export const completion: CommandModule = {
  examples: [
    "tenlane completion bash > ~/.local/share/bash-completion/completions/tenlane",
    "tenlane completion zsh > ~/.zfunc/_tenlane",
    "tenlane completion fish > ~/.config/fish/completions/tenlane.fish",
  ],
  declare: (command, _shell, show) => {
    command
      .argument("<shell>", COMPLETION_SHELLS.join(", "), choiceFlag("shell", COMPLETION_SHELLS))
      .action((name: (typeof COMPLETION_SHELLS)[number]) => {
        const script = completionScript(command.parent ?? command, name, known());
        show({ json: script, text: () => script, isVerbatim: true });
      });
  },
};

function known(): KnownNames {
  return {
    devices: catalogue.accelerators.map(({ id }) => id),
    models: (catalogue.models as readonly ModelEntry[]).map(({ id }) => id),
  };
}
