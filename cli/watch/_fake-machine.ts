/** A machine for tests: files, programs and clocks that a test sets. */
import type { Machine } from "./machine.ts";

export interface FakeMachine extends Omit<Machine, "space"> {
  space: Machine["space"];
  files: Record<string, string>;
  /** What a program prints for arguments that contain a text. */
  programs: (readonly [program: string, argument: string, output: string])[];
  at: number;
  elapsed: number;
}

export function fakeMachine(files: Record<string, string> = {}): FakeMachine {
  const machine: FakeMachine = {
    files,
    programs: [],
    at: Date.parse("2026-11-24T12:00:00Z"),
    elapsed: 100,
    read: (path) => machine.files[path] ?? null,
    list: (path) => [
      ...new Set(
        Object.keys(machine.files)
          .filter((file) => file.startsWith(`${path}/`))
          .map((file) => file.slice(path.length + 1).split("/")[0] ?? ""),
      ),
    ],
    space: () => ({ size: 1000, free: 500 }),
    run: async (program, args) =>
      machine.programs.find(
        ([name, argument]) => name === program && args.join(" ").includes(argument),
      )?.[2] ?? null,
    now: () => ({ at: machine.at, elapsed: machine.elapsed }),
  };
  return machine;
}
