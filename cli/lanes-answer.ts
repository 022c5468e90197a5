/** Lanes of a machine as a road: the longer a lane's strip, the faster, each step ten times as fast as the last. */
import { grouped } from "../measure/grouped.ts";
import { dirname, relative } from "node:path";
import { intervalText, quantityText, significant } from "../core/index.ts";
import {
  fastest,
  isCompute,
  type Lane,
  type Machine,
  type Measured,
} from "../measure/lanes/index.ts";
import type { Answer } from "./answer.ts";
import { deviceFolder, deviceId } from "./own-devices.ts";
import { displayWidth, truncated } from "./display-width.ts";
import { laidOut } from "./layout.ts";
import { numbered } from "./numbered.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";

export interface Answered extends Measured {
  /** Day of the measurement, ISO. */
  readonly date: string;
  /** Device files that were written. */
  readonly files: readonly string[];
}

/** Above this share of waiting the machine was too busy for its ceilings to show. */
const BUSY = 0.1;

export function lanesAnswer(answer: Answered): Answer {
  return {
    json: answer,
    text: (shell) =>
      [
        paint(shell, "bold", machineText(answer.machine)),
        ...roadsText(answer, shell),
        ...answer.gpus.flatMap(({ gpu, lanes }) => [
          "",
          paint(shell, "bold", `${gpu.name} (${gpu.vendor}, by ${gpu.by})`),
          ...(gpu.isSoftware
            ? [
                "a program of the processor plays this GPU: its rates say nothing of one, and no device is written",
              ]
            : []),
          ...roadsText({ lanes, waited: answer.waited }, shell),
        ]),
        ...answer.notes.map((note) => `note: ${note}`),
        ...busyText(answer.waited),
        ...answer.files.map((file) => `written: ${file} (--on ${nameOf(file, shell)})`),
        "",
      ].join("\n"),
  };
}

/** What names a device in `--on`: its id among the user's devices, else its file. */
function nameOf(file: string, shell: Shell): string {
  if (dirname(file) === deviceFolder(shell)) return deviceId(file);
  return relative(shell.folder, file);
}

/** Sets of instructions that matrices are multiplied with. */
const FLAGS =
  /^(avx2|fma|f16c|avx512f|avx512_vnni|avx_vnni|avx512_bf16|avx512_fp16|amx_\w+|asimd|asimddp|i8mm|bf16|sve2?|sme)$/u;

function machineText({ name, threads, cores, flags, caches, memory, clock }: Machine): string {
  const sizes = caches
    .filter(({ kind }) => kind !== "Instruction")
    .map(({ bytes }) => sizeText(bytes));
  return [
    name?.value ?? "this processor",
    `${threads.value} threads${cores === null ? "" : ` on ${cores.value} cores`}`,
    ...(clock === null ? [] : [`${(clock.value / 1e9).toFixed(2)} GHz`]),
    ...(sizes.length === 0 ? [] : [`caches ${sizes.join(" / ")}`]),
    ...(memory === null ? [] : [quantityText(memory.value, "size")]),
    ...(flags === null ? [] : [flags.value.filter((flag) => FLAGS.test(flag)).join(" ")]),
  ].join(", ");
}

const BINARY = ["B", "KiB", "MiB", "GiB"] as const;

/** Caches and buffers are powers of two: "48 KiB". */
function sizeText(bytes: number): string {
  const step = Math.min(BINARY.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** step).toPrecision(3))} ${BINARY[step] ?? ""}`;
}

type Roads = Pick<Answered, "lanes" | "waited">;

function roadsText({ lanes, waited }: Roads, shell: Shell): readonly string[] {
  const bursts = lanes.filter(({ sustained }) => sustained === null);
  const compute = groups(bursts.filter(isCompute), kindOf);
  const bytes = groups(
    bursts.filter((lane) => !isCompute(lane)),
    ({ what, threads, size, method }) => `${what} ${threads} ${size} ${method}`,
  );
  return [
    ...road("Arithmetic, at the fastest size", compute, shell),
    ...sizesText(bursts.filter(isCompute), shell),
    ...road("Memory, read and written", bytes, shell),
    ...sustainedText({ lanes, waited }, shell),
  ];
}

/** The fastest of each group, slowest first. */
function groups(lanes: readonly Lane[], key: (lane: Lane) => string): readonly Lane[] {
  return [...grouped(lanes, key).values()]
    .flatMap((group) => fastest(group) ?? [])
    .toSorted((a, b) => a.rate.p50 - b.rate.p50);
}

const STRIP_MOST = 36;
const STRIP_LEAST = 2;
/** What a label keeps on a narrow terminal. */
const LABEL_LEAST = 16;
const GAPS = 2;

function road(title: string, lanes: readonly Lane[], shell: Shell): readonly string[] {
  const [slowest] = lanes;
  const quickest = lanes.at(-1);
  if (slowest === undefined || quickest === undefined) return [];
  const rates = lanes.map(rateText);
  const rateWidth = Math.max(...rates.map(displayWidth));
  const free = shell.columns - rateWidth - GAPS;
  const labelMost = Math.max(LABEL_LEAST, free - STRIP_LEAST);
  const labels = lanes.map((lane) => truncated(labelOf(lane), labelMost));
  const width = Math.max(...labels.map(displayWidth));
  const most = Math.max(STRIP_LEAST, Math.min(STRIP_MOST, free - width));
  const decades = Math.log10(quickest.rate.p50 / slowest.rate.p50);
  const edge = paint(shell, "dim", "═".repeat(width + most + rateWidth + GAPS));
  const rows = lanes.map((lane, index) => {
    const share = Math.log10(lane.rate.p50 / slowest.rate.p50) / Math.max(1, decades);
    const length = Math.round(STRIP_LEAST + (most - STRIP_LEAST) * share);
    const strip = paint(shell, "green", "▶".padStart(length, "━"));
    const room = " ".repeat(most - length);
    return `${(labels[index] ?? "").padEnd(width)} ${strip}${room} ${rates[index] ?? ""}`;
  });
  return ["", paint(shell, "bold", title), edge, ...rows, edge];
}

function rateText(lane: Lane): string {
  return intervalText(lane.rate, isCompute(lane) ? "compute" : "bandwidth");
}

const SIZES: Readonly<Partial<Record<Lane["what"], (size: number) => string>>> = {
  matmul: (size) => `${size}³`,
  convolution: (size) => `${size}²`,
  depthwise: (size) => `${size}²`,
  attention: (size) => `${size} tokens`,
};

function labelOf(lane: Lane): string {
  const { what, precision, size } = lane;
  const of = precision === null ? sizeText(size) : `${precision} ${SIZES[what]?.(size) ?? size}`;
  return `${what} ${of}${byText(lane)}`;
}

/** A label of lanes that differ by size alone. */
function kindOf(lane: Lane): string {
  return `${lane.what} ${lane.precision}${byText(lane)}`;
}

function byText({ threads, method }: Lane): string {
  return `${threads === null ? "" : `, ${numbered(threads, "core")}`}, ${method}`;
}

/** Rates of work that was done in more than one size, a column a size; nothing where there is none. */
function sizesText(lanes: readonly Lane[], shell: Shell): readonly string[] {
  const all = [...grouped(lanes, kindOf)].filter(([, group]) => group.length > 1);
  if (all.length === 0) return [];
  const measured = all.flatMap(([, group]) => group.map(({ size }) => size));
  const sizes = [...new Set(measured)].toSorted((a, b) => a - b);
  const rows = all.map(([kind, group]) => [
    kind,
    ...sizes.map((wanted) => {
      const found = group.find(({ size }) => size === wanted);
      return found === undefined ? "" : significant(found.rate.p50 / 1e9);
    }),
  ]);
  const columns = [
    { title: "GFLOP/s by size", align: "left" as const, flexible: true },
    ...sizes.map((size) => ({ title: String(size), align: "right" as const })),
  ];
  return ["", laidOut({ columns, rows }, shell).trimEnd()];
}

/** On a busy machine nothing is said of two rates that went by different clocks. */
function sustainedText({ lanes, waited }: Roads, shell: Shell): readonly string[] {
  const held = lanes.filter(({ sustained }) => sustained !== null);
  if (held.length === 0) return [];
  const rows = held.map((lane) => {
    const { rate, sustained, power } = lane;
    const burst = fastest(
      lanes,
      (each) => kindOf(each) === kindOf(lane) && each.size === lane.size,
    );
    return [
      labelOf(lane),
      quantityText(sustained ?? 0, "time"),
      rateText(lane),
      burst === null || (isBusy(waited) && burst.clock !== lane.clock)
        ? ""
        : quantityText(rate.p50 / burst.rate.p50, "fraction"),
      power === null ? "no counter" : quantityText(power, "power"),
    ];
  });
  const titles = ["kept up", "for", "rate", "of the burst", "power"];
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ("left" as const) : ("right" as const),
  }));
  return ["", laidOut({ columns, rows }, shell).trimEnd()];
}

function isBusy(waited: number | null): boolean {
  return waited !== null && waited >= BUSY;
}

function busyText(waited: number | null): readonly string[] {
  if (!isBusy(waited)) return [];
  return [
    `note: something waited for a processor in ${quantityText(waited ?? 0, "fraction")} of the time: these are floors, measure again on a quiet machine`,
  ];
}
