/** Options that replace a checkpoint's number formats. */
import type { Command } from "commander";
import { numerics, withKv, type Model, type Numerics } from "../core/index.ts";
import { accepted } from "./input-error.ts";

export interface NumericsOptions {
  readonly precision?: string;
  readonly kv?: string;
}

export function addNumericsOptions(command: Command): Command {
  return command
    .option("--precision <name>", "number formats: bf16, fp8, nvfp4, w4a16, q4_k_m, ...")
    .option("--kv <name>", "format of the KV cache: bf16, fp8, int8, ...");
}

/** The formats asked for; those of the checkpoint where none are. */
export function numericsFrom({ precision, kv }: NumericsOptions, model: Model): Numerics {
  const chosen =
    precision === undefined ? model.numerics : accepted(numerics(precision), "--precision");
  return kv === undefined ? chosen : accepted(withKv(chosen, kv), "--kv");
}
