/** A profile of this machine: what `tenlane calibrate --machine` saved, and what it says of a model. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Interval, Model } from "../core/index.ts";
import { lognormal } from "../core/interval.ts";
import { decodeOnnxFile } from "../core/model/onnx/index.ts";
import { decodeMachine, predictRun, type Machine } from "../core/optimise/predict/index.ts";
import { accepted, inputError } from "./input-error.ts";
import { profileDocument } from "./profile-option.ts";
import type { Shell } from "./shell.ts";

/** Null of a profile of another kind, and of none. */
export async function machineFrom(name: string | undefined, shell: Shell): Promise<Machine | null> {
  if (name === undefined) return null;
  const json = await profileDocument(name, shell);
  const isMachine = typeof json === "object" && json !== null && "prices" in json;
  return isMachine ? accepted(decodeMachine(json), name) : null;
}

/**
 * Time of one run of an ONNX file by the prices of `machine`, at the sizes that were read of it.
 *
 * Errors: a model that is no ONNX file.
 */
export async function knownTime(
  name: string,
  model: Model,
  { machine, shell }: { readonly machine: Machine; readonly shell: Shell },
): Promise<Interval> {
  if (model.kind !== "network" || !/\.onnx$/iu.test(name) || shell.documents !== undefined)
    throw inputError("--profile", "an .onnx file beside the profile of a machine", name);
  const bytes = new Uint8Array(await readFile(resolve(shell.folder, name)));
  const file = accepted(await decodeOnnxFile(bytes), name);
  const { time } = accepted(predictRun(file, model.sizes ?? {}, machine), name);
  return lognormal(time, machine.spread, "calibrated");
}
