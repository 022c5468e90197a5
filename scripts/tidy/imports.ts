/** Who may import whom: the table of ARCHITECTURE.md, entrances, and no cycles. */
import { dirname } from "node:path/posix";
import { isCore, isTest, type Rule, type SourceFile, type Violation } from "./source-file.ts";

/** Folder of `core/` → the folders it may import from. Top files of `core/` are open to all. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  catalogue: [],
  model: ["catalogue"],
  operators: ["model"],
  estimate: ["operators", "catalogue", "model"],
  plan: ["estimate", "model", "operators", "catalogue"],
  simulate: ["estimate", "plan", "operators", "catalogue", "model"],
  calibrate: ["estimate", "operators", "catalogue", "model"],
  claim: ["plan", "estimate", "operators", "catalogue", "model"],
  optimise: ["model", "operators"],
  worth: ["catalogue", "estimate", "plan", "report"],
  report: ["catalogue", "model", "operators", "estimate", "plan", "simulate", "calibrate"],
};

export const importTable: Rule = (files) =>
  files.filter(({ path }) => isCore(path) && !isTest(path)).flatMap(tableViolations);

function tableViolations(file: SourceFile): readonly Violation[] {
  const from = stageOf(file.path);
  return file.imports.flatMap(({ from: target, isPackage, line }) => {
    if (isPackage) return [];
    if (!isCore(target)) {
      if (target.startsWith("coefficients/")) return [];
      return [{ path: file.path, line, message: `core may not import ${target}` }];
    }
    const to = stageOf(target);
    const isAllowed =
      to === null
        ? target !== "core/index.ts"
        : from === null || from === to || TABLE[from]?.includes(to) === true;
    if (isAllowed && (from !== null || to === null || file.path === "core/index.ts")) return [];
    const who = from === null ? file.path : `core/${from}`;
    return [{ path: file.path, line, message: `${who} may not import core/${to ?? "index.ts"}` }];
  });
}

/** "estimate" of `core/estimate/laws/format.ts`; null of a top file. */
function stageOf(path: string): string | null {
  const parts = path.split("/");
  return parts.length > 2 ? (parts[1] ?? null) : null;
}

/** A folder of the core is entered through its index.ts; its own subfolders are at home, and tests go where they must. */
export const entrances: Rule = (files) =>
  files
    .filter(({ path }) => !isTest(path))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from, isPackage }) => !isPackage && isCore(from))
        .filter(({ from }) => {
          const stage = stageOf(from);
          if (stage === null || from.endsWith("/index.ts") || from.endsWith(".json")) return false;
          return !path.startsWith(`core/${stage}/`);
        })
        .map(({ from, line }) => ({
          path,
          line,
          message: `enter ${dirname(from)} through its index.ts, not ${from}`,
        })),
    );

/** Nobody but `validation/` reads the figures that tenlane is judged by. */
export const heldOut: Rule = (files) =>
  files
    .filter(({ path }) => !path.startsWith("validation/"))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ from }) => from.startsWith("validation/truth"))
        .map(({ line }) => ({ path, line, message: "only validation/ may read validation/truth" })),
    );

/** No file reaches itself through imports, those of types included. */
export const noCycles: Rule = (files) => {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ isPackage, isLazy }) => !isPackage && !isLazy).map(({ from }) => from),
    ]),
  );
  const done = new Set<string>();
  const found: Violation[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const cycle = [...trail.slice(start), path].join(" → ");
      found.push({ path, line: 1, message: `import cycle: ${cycle}` });
      return;
    }
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) walk(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return found;
};
