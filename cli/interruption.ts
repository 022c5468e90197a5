import process from "node:process";

/** From now on Ctrl-C ends work tidily, by this signal; a second one ends the program. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) {
    process.once(name, () => controller.abort());
  }
  return controller.signal;
}
