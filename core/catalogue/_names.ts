/** How people spell devices, brought to one spelling. */
import type { Bytes } from "../units.ts";

const MARKS = /\((?:r|tm|c)\)|[®™©]/giu;
const VENDORS =
  /\b(?:nvidia|amd|xilinx|intel|google|aws|amazon|apple|qualcomm|habana|microsoft|geforce|instinct|tesla|quadro|accelerator|gpu|cpu|npu card|processor)\b/gu;

/** Letters, digits and `+`, in lower case and without the maker's name: "H100 SXM" is "h100sxm". */
export function spelling(text: string): string {
  const plain = text
    .replace(MARKS, " ")
    .toLowerCase()
    .replace(/[\u2010-\u2015]/gu, "-");
  const short = plain.replace(VENDORS, " ").replace(/[^a-z0-9+]/gu, "");
  return short === "" ? plain.replace(/[^a-z0-9+]/gu, "") : short;
}

/** Whether a label says that it means the processor, and not the GPU that may share its name. */
export function isCpuLabel(label: string): boolean {
  return /^CPU:|\bCPU-only$/iu.test(label);
}

/**
 * The readings of a label, most literal first. Result tables add the host, the instance, the count or the clock to the name of a device;
 * later readings leave those out. What stands in parentheses stays where it gives a memory size, because that makes it another device.
 * What a note gives after an equals sign is which of several devices the row means: "Intel Gaudi (table of 2024 = Gaudi 2)"; a pod or a
 * slice of one is named by its chips: "TPU (system tpu-v4-128-TF)", "TPU v5e-8".
 */
export function readings(label: string): readonly string[] {
  const unmarked = label.replace(MARKS, " ").replace(/\((code named [^)]+)\)/iu, "$1");
  const meant = /\([^)]*=\s*([^)=]+)\)/u.exec(unmarked)?.[1] ?? "";
  const pod = /\(system ([a-z]+-v\d+)-\d/u.exec(unmarked)?.[1] ?? "";
  const bare = unmarked.replace(/\s*[([](?![^)]*\d+\s*GB).*$/u, "");
  const slice = /^(.*\bv\d+\w*)-\d+$/u.exec(bare)?.[1] ?? "";
  const one = bare.replace(/^CPU:\s*(?:\d+x\s*)?/iu, "");
  const single = one
    .replace(/\s+CPU-only$/iu, "")
    .replace(/\s+CPU\b.*$|\s*@\s*\d.*$|\s+per node$|,\s*\d+ cores.*$/iu, "")
    .replace(/\s+\d+-Core Processor.*$/iu, "");
  return [...new Set([label, meant, pod, bare, slice, one, single].map(spelling))].filter(
    (reading) => reading !== "",
  );
}

/** Memory of a whole device as a label prints it, in bytes, with its kind, its mode and its rating: "-NPS1-SPX-256GB-1000W", " 80GB HBM3". */
export function memoryOf(
  label: string,
): { readonly bytes: Bytes; readonly without: string } | null {
  const [printed, size] =
    /(?:-NPS1-SPX)?[\s-](\d+) ?GB(?:\s+(?:HBM|GDDR|LPDDR)\w*)?(?:-\d+W)?(?![\w.])/iu.exec(label) ??
    [];
  if (printed === undefined) return null;
  return { bytes: Number(size) * 1e9, without: label.replace(printed, "") };
}

/** Share of letter pairs that two spellings have in common, 0 to 1. */
export function likeness(a: string, b: string): number {
  const pairsA = pairs(a);
  const pairsB = pairs(b);
  const common = [...pairsA].filter((pair) => pairsB.has(pair)).length;
  return pairsA.size + pairsB.size === 0 ? 0 : (2 * common) / (pairsA.size + pairsB.size);
}

function pairs(text: string): ReadonlySet<string> {
  return new Set(
    Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)),
  );
}
