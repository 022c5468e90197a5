import type { CommandModule } from "../answer.ts";
import { COMPLETION_SHELLS, completionScript } from "../completion.ts";
import { choiceFlag } from "../flags.ts";
import { program } from "../program.ts";

export const completion: CommandModule = {
  examples: [
    "tenlane completion bash > ~/.local/share/bash-completion/completions/tenlane",
    "tenlane completion zsh > ~/.zfunc/_tenlane",
    "tenlane completion fish > ~/.config/fish/completions/tenlane.fish",
  ],
  declare: (command, shell, show) => {
    command
      .argument("<shell>", COMPLETION_SHELLS.join(", "), choiceFlag("shell", COMPLETION_SHELLS))
      .action(async (name: (typeof COMPLETION_SHELLS)[number]) => {
        const script = completionScript(await program(shell, () => true), name);
        show({ json: script, text: () => script });
      });
  },
};
