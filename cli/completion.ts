/** Scripts that complete commands, flags and what stands behind them in an interactive shell. */
import type { Argument, Command, Option } from "commander";
import { choicesOf } from "./flags.ts";

export const COMPLETION_SHELLS = ["bash", "zsh", "fish"] as const;

const LISTS = ["devices", "models"] as const;

/** What fits a place of a command line. */
interface Values {
  readonly names: readonly string[];
  /** Names of the catalogue besides: a script has each list once. */
  readonly lists: readonly (typeof LISTS)[number][];
  readonly files: boolean;
}

interface Flag {
  readonly name: string;
  readonly about: string;
  /** What must follow it; null where nothing does. */
  readonly values: Values | null;
}

interface Entry {
  /** "plan", or "measure lanes". */
  readonly path: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** What its arguments may be. */
  readonly values: Values;
}

/** Names of the catalogue that flags and arguments take. */
export type KnownNames = Readonly<Record<(typeof LISTS)[number], readonly string[]>>;

/** The script of one shell for the whole tree of commands. */
export function completionScript(
  root: Command,
  shell: (typeof COMPLETION_SHELLS)[number],
  known: KnownNames,
): string {
  const names = root.commands.map((command) => command.name());
  const help: Entry = {
    path: "help",
    about: "print the help of a command",
    flags: [],
    values: { names, lists: [], files: false },
  };
  const entries = root.commands.flatMap((command) => [
    ...command.commands.map((inner) => entryOf(inner, `${command.name()} `)),
    entryOf(command),
  ]);
  return { bash, zsh, fish }[shell]([...entries, help], known);
}

function entryOf(command: Command, before = ""): Entry {
  const inner = command.commands.map((each) => each.name());
  const places = command.registeredArguments.map(argumentValues);
  return {
    path: before + command.name(),
    about: command.description(),
    flags: [
      ...command.options.map(flagOf),
      { name: "--help", about: "print this help", values: null },
    ],
    values: {
      names: [...inner, ...places.flatMap(({ names }) => names)],
      lists: places.flatMap(({ lists }) => lists),
      files: places.some(({ files }) => files),
    },
  };
}

function argumentValues(argument: Argument): Values {
  const name = argument.name();
  if (name === "model") return { names: [], lists: ["models"], files: true };
  if (name === "entry") return { names: [], lists: ["devices", "models"], files: false };
  const names = argument.argChoices ?? choicesOf(argument.parseArg);
  return { names: names?.filter(isPlain) ?? [], lists: [], files: names === undefined };
}

const FILES = new Set(["file", "folder", "model", "module", "machine"]);

function flagOf({ long, description: about, flags, ...option }: Option): Flag {
  const name = long ?? "";
  if (!option.required && !option.optional) return { name, about, values: null };
  const what = /<(.+?)[.>]/u.exec(flags)?.[1] ?? "";
  const names = option.argChoices ?? choicesOf(option.parseArg) ?? [];
  return {
    name,
    about,
    values: {
      names: names.filter(isPlain),
      lists: name === "--device" ? ["devices"] : name === "--draft-model" ? ["models"] : [],
      files: FILES.has(what),
    },
  };
}

/** Without what a shell reads as its own. */
function isPlain(name: string): boolean {
  return /^[\w.@/-]+$/u.test(name);
}

/** Those of commands within commands first. */
function deepestFirst(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => b.path.split(" ").length - a.path.split(" ").length);
}

function hasAny({ names, lists, files }: Values): boolean {
  return names.length > 0 || lists.length > 0 || files;
}

function rootNames(entries: readonly Entry[]): string {
  return roots(entries)
    .map(({ path }) => path)
    .join(" ");
}

function roots(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ path }) => !path.includes(" "));
}

function bash(entries: readonly Entry[], known: KnownNames): string {
  const put = ({ names, lists, files }: Values): string =>
    `names="${[...names, ...lists.map((list) => `$${list}`)].join(" ")}" files=${files ? "yes" : ""}`;
  const behind = entries.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, values }) =>
      values === null ? [] : [`    "${path} ${name}") ${put(values)} ;;`],
    ),
  );
  const own = entries.map(
    ({ path, flags, values }) =>
      `        "${path}") flags="${flags.map(({ name }) => name).join(" ")}" ${put(values)} ;;`,
  );
  const inner = entries.filter(({ path }) => path.includes(" ")).map(({ path }) => `"${path}"`);
  return `_tenlane() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}"
  local command="\${COMP_WORDS[1]}" flags="" names="" files=""
${LISTS.map((list) => `  local ${list}="${known[list].join(" ")}"`).join("\n")}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${rootNames(entries)} --help --version" -- "$current"))
    return
  fi
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command \${COMP_WORDS[2]}" in ${inner.join("|")}) command="$command \${COMP_WORDS[2]}" ;; esac
  fi
  case "$command $before" in
${behind.join("\n")}
    *)
      case "$command" in
${own.join("\n")}
      esac
      case "$current" in
        -*) names="$flags" files="" ;;
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$names" -- "$current"))
  [ -z "$files" ] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _tenlane tenlane
`;
}

function zsh(entries: readonly Entry[], known: KnownNames): string {
  const names = roots(entries).map(({ path, about }) => `    '${path}:${zshText(about)}'`);
  const cases = deepestFirst(entries).map(({ path, flags, values }) => {
    const specs = flags.map(
      (flag) => `'${flag.name}[${zshText(flag.about)}]${zshValue("value", flag.values)}'`,
    );
    const skip = path.includes(" ") ? "shift words; (( CURRENT-- )); " : "";
    const argument = hasAny(values) ? [`'*${zshValue("argument", values)}'`] : [];
    return `    '${path} '*) ${skip}_arguments ${[...specs, ...argument].join(" ")} ;;`;
  });
  return `#compdef tenlane
_tenlane_any() {
  local -a words_known=(\${=1})
  compadd -a words_known
  [[ -z "$2" ]] || _files
}
_tenlane() {
${LISTS.map((list) => `  local tenlane_${list}="${known[list].join(" ")}"`).join("\n")}
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  local inner=""
  (( CURRENT > 2 )) && inner="$words[2]"
  case "$words[1] $inner " in
${cases.join("\n")}
  esac
}
if [[ "$funcstack[1]" == _tenlane ]]; then
  _tenlane "$@"
else
  compdef _tenlane tenlane
fi
`;
}

/** What _arguments does for a value; nothing where there is none. */
function zshValue(what: string, values: Values | null): string {
  if (values === null) return "";
  const { names, lists, files } = values;
  const words = [...names, ...lists.map((list) => `$tenlane_${list}`)].join(" ");
  if (words === "") return `:${what}:${files ? "_files" : " "}`;
  return `:${what}:{_tenlane_any "${words}" ${files ? "files" : ""}}`;
}

function fish(entries: readonly Entry[], known: KnownNames): string {
  const lines = roots(entries).map(
    ({ path, about }) =>
      `complete -c tenlane -n 'test (count (commandline -opc)) -eq 1' -f -a ${path} -d '${fishText(about)}'`,
  );
  const inner = entries.flatMap(({ path, flags, values }) => {
    const at = `complete -c tenlane -n '__tenlane_at ${path}'`;
    return [
      `${at} ${values.files ? "-F" : "-f"}${fishWords(values)}`,
      ...flags.map((flag) => {
        const kind = flag.values === null ? "" : flag.values.files ? " -r -F" : " -x";
        const words = flag.values === null ? "" : fishWords(flag.values);
        return `${at} -l ${flag.name.slice(2)}${kind}${words} -d '${fishText(flag.about)}'`;
      }),
    ];
  });
  return `function __tenlane_at
  set -l words (commandline -opc)
  set -l last (math 1 + (count $argv))
  test "$words[2..$last]" = "$argv"
end
${LISTS.map((list) => `set -g __tenlane_${list} ${known[list].join(" ")}`).join("\n")}
${[...lines, ...inner].join("\n")}
`;
}

function fishWords({ names, lists }: Values): string {
  const words = [...names, ...lists.map((list) => `$__tenlane_${list}`)];
  return words.length === 0 ? "" : ` -a '${words.join(" ")}'`;
}

/** Quotes, brackets and colons mean something to zsh. */
function zshText(text: string): string {
  return text.replaceAll("'", "’").replaceAll(/[[\]:]/gu, " ");
}

function fishText(text: string): string {
  return text.replaceAll("'", "’");
}
