/** Rows of kernel tables as samples: which table, which rows, which operator. */
import { sampleOf, type Sample, type Timing } from "../../core/calibrate/index.ts";
import { catalogue, devices, type Device, type Operator } from "../../core/index.ts";
import { HOST_USUAL, type Host } from "../../core/estimate/laws/index.ts";
import { kernelHosts } from "./hosts.ts";
import { allReduce, attention, experts, FORMATS, matmul } from "./operators.ts";
import { numberOf, rowsOf, sampled, textOf, type Row } from "./tables.ts";

/** Folders of the tables, and the catalogue's device of each. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ["a100_sxm", "a100-sxm4-80"],
  ["h100_sxm", "h100-sxm"],
  ["h200_sxm", "h200-sxm"],
  ["b200_sxm", "b200-sxm"],
  ["gb200", "gb200"],
  ["l40s", "l40s"],
  ["rtx_pro_6000_server", "rtx-pro-6000-server"],
  ["b60", "arc-pro-b60"],
]);

type Timed = Pick<Timing, "operator" | "graphs">;

/** One kind of table: where it lies, and what a row of it timed; null for a row that is not used. */
interface Reader {
  readonly operator: string;
  readonly engine: string;
  readonly file: string;
  readonly timed: (row: Row) => Timed | null;
  /** Read only for laws of the device that no table before it gave. */
  readonly spare?: true;
}

/** Rows kept of each law, device and table. */
const ROWS_MAX = 400;

/** Samples of all tables under `directory`. */
export async function kernelSamples(directory: string): Promise<readonly Sample[]> {
  const known = new Map(devices(catalogue).map((device) => [device.id, device]));
  const systems = new Map(
    [...SYSTEMS].flatMap(([system, id]) => {
      const device = known.get(id);
      return device === undefined ? [] : [[system, device] as const];
    }),
  );
  const hosts = await kernelHosts(directory, systems);
  const samples: Sample[] = [];
  for (const [system, device] of systems) {
    const host = hosts.get(device.id) ?? HOST_USUAL;
    const given = new Set<string>();
    for (const reader of READERS) {
      const rows = await rowsOf(directory, { ...reader, system });
      const mine = read(rows, reader, device, host).filter(
        ({ law }) => reader.spare !== true || !given.has(law),
      );
      samples.push(...mine);
      for (const { law } of mine) given.add(law);
    }
  }
  return samples;
}

function read(rows: readonly Row[], reader: Reader, device: Device, host: Host): readonly Sample[] {
  const byLaw = new Map<string, Sample[]>();
  for (const row of rows) {
    const timed = reader.timed(row);
    const time = numberOf(row, "latency") * 1e-3;
    if (timed === null || !(time > 0)) continue;
    const sample = sampleOf({ ...timed, device, time, host, older: isOlder(row) });
    const mine = byLaw.get(sample.law) ?? [];
    byLaw.set(sample.law, mine);
    mine.push(sample);
  }
  return [...byLaw.values()].flatMap((mine) => sampled(mine, ROWS_MAX));
}

/**
 * vLLM's release from which the same launches take 20 µs, in three hosts, where 0.14 and 0.20 take 40
 * to 60 in three others.
 */
const RELEASE_FAST = 24;

function isOlder(row: Row): boolean {
  const [major, minor] = textOf(row, "version").split(".").map(Number);
  return textOf(row, "framework") === "vLLM" && major === 0 && (minor ?? 0) < RELEASE_FAST;
}

function replayed(operator: Operator): Timed {
  return { operator, graphs: true };
}

function product(row: Row): Timed | null {
  const format = FORMATS.get(textOf(row, "gemm_dtype"));
  if (format === undefined) return null;
  const [m, n, k] = ["m", "n", "k"].map((column) => numberOf(row, column)) as [
    number,
    number,
    number,
  ];
  return replayed(matmul(m, n, k, format));
}

/**
 * Products whose formats only TensorRT-LLM has, and block FP8: vLLM's table of it was launched by the
 * host (55 to 240 µs at the smallest shapes, where this one takes 4), which serving from graphs hides.
 */
const OTHER_FORMATS: ReadonlySet<string> = new Set(["sq", "int8_wo", "int4_wo", "fp8_block"]);

function otherProduct(row: Row): Timed | null {
  return OTHER_FORMATS.has(textOf(row, "gemm_dtype")) ? product(row) : null;
}

function usualProduct(row: Row): Timed | null {
  return textOf(row, "gemm_dtype") === "fp8_block" ? null : product(row);
}

/**
 * Experts of full formats: vLLM's kernels for them on Hopper were timed untuned at many shapes (67 µs
 * against 30 at the fifth percentile).
 */
function fullRouted(row: Row): Timed | null {
  return ["bfloat16", "fp8", "fp8_block"].includes(textOf(row, "moe_dtype")) ? routed(row) : null;
}

/** Devices that share one layer's experts in practice; tables go on to 256, with slivers of work on each. */
const SPLIT_MAX = 16;

function routed(row: Row): Timed | null {
  const format = FORMATS.get(textOf(row, "moe_dtype"));
  const distribution = textOf(row, "distribution");
  if (format === undefined || (distribution !== "balanced" && distribution !== "power_law_1.01"))
    return null;
  const split = numberOf(row, "moe_ep_size", 1);
  const sliced = numberOf(row, "moe_tp_size", 1);
  if (split * sliced > SPLIT_MAX) return null;
  const shape = {
    dealing: distribution === "balanced" ? ("balanced" as const) : ("power-law" as const),
    pairs: (numberOf(row, "num_tokens") * numberOf(row, "topk")) / split,
    experts: numberOf(row, "num_experts") / split,
    hidden: numberOf(row, "hidden_size"),
    intermediate: numberOf(row, "inter_size") / sliced,
  };
  if (shape.experts < 1 || shape.pairs < 1) return null;
  return replayed(experts(shape, format));
}

/** Full attention of BF16 values with heads of 128: the shapes all devices were timed at. */
function isPlain(row: Row): boolean {
  return (
    textOf(row, "kv_cache_dtype") === "bfloat16" &&
    numberOf(row, "head_dim", 128) === 128 &&
    numberOf(row, "window_size", 0) === 0
  );
}

function softmax(row: Row, query: number, context: number): Timed | null {
  if (!isPlain(row)) return null;
  const heads = numberOf(row, "num_heads");
  const kvHeads = numberOf(row, "num_key_value_heads") || heads;
  const sequences = numberOf(row, "batch_size");
  const shape = {
    sequences,
    query,
    context,
    heads,
    kvHeads,
    headDim: 128,
    valueDim: 128,
    latent: false,
  };
  return replayed(attention(shape, 2 * kvHeads * 128));
}

/** DeepSeek's latent attention: heads of 192 and 128 in prefill, one vector of 576 in decoding. */
function latent(row: Row, query: number, context: number): Timed | null {
  if (textOf(row, "kv_cache_dtype") !== "bfloat16") return null;
  const heads = numberOf(row, "num_heads");
  const sequences = numberOf(row, "batch_size");
  const prefill = query === context;
  const dims = prefill ? { headDim: 192, valueDim: 128 } : { headDim: 576, valueDim: 512 };
  const shape = {
    sequences,
    query,
    context,
    heads,
    kvHeads: prefill ? heads : 1,
    latent: true,
    ...dims,
  };
  return replayed(attention(shape, prefill ? heads * 320 : 576));
}

function prefill(timed: typeof softmax): Reader["timed"] {
  return (row) => {
    const length = numberOf(row, "isl");
    return length > 1 ? timed(row, length, length) : null;
  };
}

function decoding(timed: typeof softmax): Reader["timed"] {
  return (row) => timed(row, 1, numberOf(row, "step") + 1);
}

function exchange(row: Row): Timed | null {
  if (textOf(row, "op_name") !== "all_reduce") return null;
  const bytes = 2 * numberOf(row, "message_size");
  const graphs = !textOf(row, "backend").includes("eager");
  return { operator: allReduce(numberOf(row, "num_gpus"), bytes), graphs };
}

const READERS: readonly Reader[] = [
  { operator: "gemm", engine: "vllm", file: "gemm", timed: usualProduct },
  { operator: "gemm", engine: "trtllm", file: "gemm", timed: otherProduct },
  { operator: "moe", engine: "trtllm", file: "moe", timed: fullRouted },
  { operator: "moe", engine: "vllm", file: "moe", timed: routed, spare: true },
  { operator: "attention", engine: "vllm", file: "context", timed: prefill(softmax) },
  { operator: "attention", engine: "vllm", file: "generation", timed: decoding(softmax) },
  { operator: "mla", engine: "trtllm", file: "context_mla", timed: prefill(latent) },
  { operator: "mla", engine: "trtllm", file: "generation_mla", timed: decoding(latent) },
  { operator: "comm", engine: "vllm", file: "custom_allreduce", timed: exchange },
];
