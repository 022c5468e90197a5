/** bench/RESULTS.md in sections, each written by the benchmark it belongs to. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const RESULTS = new URL("RESULTS.md", import.meta.url);

/** The machine and the day, as every section states them. */
export function where(): string {
  const cpu = cpus()[0]?.model ?? "unknown CPU";
  const today = new Date().toISOString().slice(0, 10);
  return `${availableParallelism()} × ${cpu}, Node ${process.version}, ${today}`;
}

/** Prints the section, and puts it in place of the one between the markers of `name`, or at the end. */
export function writeSection(name: string, lines: readonly string[]): void {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  console.log(lines.join("\n"));
  const section = [start, ...lines, end].join("\n");
  const before = readFileSync(RESULTS, "utf8");
  const from = before.indexOf(start);
  const to = before.indexOf(end);
  const after =
    from < 0 || to < 0
      ? `${before.trimEnd()}\n\n${section}\n`
      : before.slice(0, from) + section + before.slice(to + end.length);
  const draft = new URL("RESULTS.md.draft", import.meta.url);
  writeFileSync(draft, after);
  renameSync(draft, RESULTS);
}
