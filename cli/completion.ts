/** Scripts that complete command names and flags in an interactive shell. */
import type { Command } from "commander";

export const COMPLETION_SHELLS = ["bash", "zsh", "fish"] as const;

interface Flag {
  readonly name: string;
  readonly about: string;
}

interface Entry {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
}

/** The script of one shell for the whole tree of commands. */
export function completionScript(root: Command, shell: (typeof COMPLETION_SHELLS)[number]): string {
  const entries = root.commands.map((command) => ({
    name: command.name(),
    about: command.description(),
    flags: command.options.map(({ long, description }) => ({
      name: long ?? "",
      about: description,
    })),
  }));
  return { bash, zsh, fish }[shell](entries);
}

function bash(entries: readonly Entry[]): string {
  const cases = entries.map(
    ({ name, flags }) =>
      `    ${name}) words="${[...flags.map((flag) => flag.name), "--help"].join(" ")}" ;;`,
  );
  return `_tenlane() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${entries.map(({ name }) => name).join(" ")}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  case "$current" in
    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o filenames -F _tenlane tenlane
`;
}

function zsh(entries: readonly Entry[]): string {
  const names = entries.map(({ name, about }) => `    '${name}:${zshText(about)}'`);
  const cases = entries.map(({ name, flags }) => {
    const specs = flags.map((flag) => `'${flag.name}[${zshText(flag.about)}]'`);
    return `    ${name}) _arguments ${[...specs, "'--help[print help]'", "'*:file:_files'"].join(" ")} ;;`;
  });
  return `#compdef tenlane
_tenlane() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local name="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$name" in
${cases.join("\n")}
  esac
}
compdef _tenlane tenlane
`;
}

function fish(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ name, about, flags }) => [
    `complete -c tenlane -n __fish_use_subcommand -f -a ${name} -d '${fishText(about)}'`,
    ...flags.map(
      (flag) =>
        `complete -c tenlane -n '__fish_seen_subcommand_from ${name}' -l ${flag.name.slice(2)} -d '${fishText(flag.about)}'`,
    ),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Quotes, brackets and colons mean something to zsh. */
function zshText(text: string): string {
  return text.replaceAll("'", "’").replaceAll(/[[\]:]/gu, " ");
}

function fishText(text: string): string {
  return text.replaceAll("'", "’");
}
