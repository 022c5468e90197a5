/** What this machine can do at most, at the threads that candidates are timed with. */
import type { Certificate, Runner, Session } from "../../core/optimise/index.ts";
import { measuredCeilings } from "../../measure/onnx/index.ts";

/** Null where the engine cannot say. */
export async function ceilings(runner: Runner, session: Session): Promise<Certificate["ceilings"]> {
  const found = await measuredCeilings(runner, session);
  if (found.kind === "failed") return null;
  const { fp32, bandwidths } = found.value;
  return { flops: fp32, bandwidth: bandwidths.at(-1)?.rate ?? 0 };
}
