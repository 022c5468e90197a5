/** Sizes that a graph leaves open: `--dim batch=8 --dim sequence=128`. */
import type { Command } from "commander";
import type { OnnxSizes } from "../core/index.ts";
import { inputError } from "./input-error.ts";

export interface SizeOptions {
  readonly dim?: OnnxSizes;
}

export function addSizeOption(command: Command): Command {
  return command.option(
    "--dim <name=size>",
    "a size that an ONNX graph leaves open; may be repeated",
    sizeFlag,
  );
}

const SIZE_MAX = 2 ** 31;

function sizeFlag(text: string, before: OnnxSizes = {}): OnnxSizes {
  const [, name = "", digits = ""] = /^(.+)=(\d+)$/u.exec(text) ?? [];
  const size = Number(digits);
  if (name !== "" && size >= 1 && size < SIZE_MAX) return { ...before, [name]: size };
  throw inputError("--dim", "a name and a size from 1: batch=8", text);
}
