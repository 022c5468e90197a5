import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const README = "README.md";
const CORE = pathToFileURL("core/index.ts").href;

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocks(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gmu)].map(
    ([, language = "", text = ""]) => ({ language, text }),
  );
}

/** The output of a `tenlane` line of the README, from the sources as they are. */
function outputOf(line: string): string {
  const args = line.replace(/^npx tenlane /u, "").split(" ");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["cli/main.ts", ...args], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

/** Prices grow older by the day. */
function ageless(text: string): string {
  return text.replaceAll(/\d+(?=\sdays\sold)/gu, "some");
}

test("the command of README.md prints what README.md shows", () => {
  const markdown = readFileSync(README, "utf8");
  const [shell, shown] = blocks(markdown);
  const line = shell?.text.split("\n").find((each) => each.startsWith("npx tenlane "));
  assert.ok(line !== undefined && shown?.language === "text");
  const output = outputOf(line);
  if (process.env["TENLANE_GOLDEN"] === "1") {
    const [before = "", after = ""] = markdown.split(`\`\`\`text\n${shown.text}\`\`\``);
    writeFileSync(README, `${before}\`\`\`text\n${output}\`\`\`${after}`);
  } else assert.equal(ageless(shown.text), ageless(output), "run: npm run golden");
});

test("the program of README.md runs", () => {
  const program = blocks(readFileSync(README, "utf8")).find(({ language }) => language === "ts");
  assert.ok(program !== undefined);
  const input = program.text.replace('"tenlane"', JSON.stringify(CORE));
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "--eval", input],
    { encoding: "utf8" },
  );
  assert.equal(stderr, "");
  assert.equal(stdout, "3350000000000\n");
});

test("every file that README.md links to is there", () => {
  const links = [...readFileSync(README, "utf8").matchAll(/\]\(([^)]+)\)/gu)];
  for (const [, target = ""] of links) assert.ok(readFileSync(target, "utf8") !== "", target);
});
