/** How long a training run takes without failures. */
import { quantityFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";

export function runFlag(text: string): number {
  const time = quantityFlag("--run", "time")(text);
  if (time > 0) return time;
  throw inputError("--run", "more than no time", text);
}
