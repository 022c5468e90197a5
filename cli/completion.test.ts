import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";
import { COMPLETION_SHELLS } from "./completion.ts";

const FOLDER = emptyFolder();
writeFileSync(join(FOLDER, "own-device.json"), "{}");

/** What is typed, and one word that Tab must offer or complete it to. */
const TYPED: readonly (readonly [line: string, word: string])[] = [
  ["tenlane cata", "catalogue"],
  ["tenlane catalogue --ven", "--vendor"],
  ["tenlane plan qwen3-32", "qwen3-32b"],
  ["tenlane plan qwen3-32b --objective ener", "energy"],
  ["tenlane plan qwen3-32b --objective energy --ttf", "--ttft"],
  ["tenlane estimate qwen3-32b --device h100-sx", "h100-sxm"],
  ["tenlane plan qwen3-32b --catalogue own-d", "own-device.json"],
  ["tenlane read own-d", "own-device.json"],
  ["tenlane measure lan", "lanes"],
  ["tenlane measure lanes --par", "--parts"],
  ["tenlane completion fi", "fish"],
  ["tenlane schema exp", "expand"],
  ["tenlane help cata", "catalogue"],
];

/** What each shell makes of the lines, completed by the script in its own form. */
const COMPLETED = {
  bash: (script: string) => {
    const asked = TYPED.map(
      ([line]) =>
        `COMP_WORDS=(${line}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _tenlane; echo "\${COMPREPLY[@]}"`,
    );
    return spawned("bash", ["--norc", "-s"], [script, ...asked].join("\n"));
  },
  fish: (script: string) => {
    const asked = TYPED.map(([line]) => `echo (complete -C '${line}' | string split -f 1 \\t)`);
    return spawned("fish", ["--no-config"], [script, ...asked].join("\n"));
  },
  zsh: (script: string) => {
    writeFileSync(join(FOLDER, "_tenlane"), script);
    return spawned("zsh", ["-f", "-s", FOLDER, ...TYPED.map(([line]) => line)], ZSH_TYPED);
  },
};

/** An interactive zsh in a pseudo terminal, with the script where its completions are found; Ctrl-G says what a line became. */
const ZSH_TYPED = `
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "PS1= RPS1=; unsetopt zle_bracketed_paste; fpath=($1 \\$fpath); autoload -Uz compinit; compinit -u -d $1/.dump
say() { print -rn -- \\"{\\$BUFFER}\\"; BUFFER=; zle -I }; zle -N say; bindkey '^G' say; bindkey '^I' complete-word; print -n REA; print DY"
zpty -r inner got '*READY*'
shift
for line; do
  zpty -w -n inner "$line"$'\\t\\a'
  zpty -r inner got '*{*}*'
  print -r -- "\${\${got##*\\{}%%\\}*}"
done
zpty -d inner
exit
`;

function spawned(shell: string, args: readonly string[], input: string): readonly string[] | null {
  const { error, stdout } = spawnSync(shell, args, {
    input,
    cwd: FOLDER,
    encoding: "utf8",
    timeout: 60_000,
    env: { PATH: process.env["PATH"], HOME: FOLDER, TERM: "dumb" },
  });
  if (error !== undefined && "code" in error && error.code === "ENOENT") return null;
  assert.equal(error, undefined);
  return stdout.trimEnd().split("\n").slice(-TYPED.length);
}

for (const shell of COMPLETION_SHELLS) {
  test(`tenlane completion ${shell} names every command and its flags`, async () => {
    const { status, out } = await ran(["completion", shell]);
    assert.equal(status, 0);
    for (const { name } of COMMANDS) assert.ok(out.includes(name), name);
    for (const flag of ["precision", "vendor", "ttft", "self-test-every"]) {
      assert.ok(out.includes(flag), flag);
    }
  });

  test(`${shell} completes commands, flags, values, names and files by tenlane completion ${shell}`, async (t: TestContext) => {
    const { out } = await ran(["completion", shell]);
    const lines = COMPLETED[shell](out);
    if (lines === null) return t.skip(`${shell} is not installed: apt-get install ${shell}`);
    for (const [index, [line, word]] of TYPED.entries()) {
      const offered = (lines[index] ?? "").trimEnd().split(" ");
      assert.ok(offered.includes(word), `${line}: ${lines[index]}`);
    }
  });
}
