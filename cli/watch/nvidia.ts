/**
 * Readings of NVIDIA's `nvidia-smi` and of the kernel's log.
 *
 * Source: nvidia-smi --help-query-gpu, --help-query-remapped-rows, nvlink -e; names of DCGM-exporter,
 * etc/default-counters.csv
 */
import type { Machine } from "./machine.ts";
import { reading, type Reading } from "./reading.ts";

/** Field of the query → name of the reading, in the units both have. */
const FIELDS: readonly (readonly [field: string, name: string])[] = [
  ["temperature.gpu", "DCGM_FI_DEV_GPU_TEMP"],
  ["temperature.memory", "DCGM_FI_DEV_MEMORY_TEMP"],
  ["temperature.gpu.tlimit", "DCGM_FI_DEV_GPU_TEMP_LIMIT"],
  ["power.draw", "DCGM_FI_DEV_POWER_USAGE"],
  ["power.limit", "DCGM_FI_DEV_POWER_MGMT_LIMIT"],
  ["clocks.sm", "DCGM_FI_DEV_SM_CLOCK"],
  ["clocks.mem", "DCGM_FI_DEV_MEM_CLOCK"],
  ["clocks.max.sm", "DCGM_FI_DEV_MAX_SM_CLOCK"],
  ["utilization.gpu", "DCGM_FI_DEV_GPU_UTIL"],
  ["utilization.memory", "DCGM_FI_DEV_MEM_COPY_UTIL"],
  ["memory.used", "DCGM_FI_DEV_FB_USED"],
  ["memory.free", "DCGM_FI_DEV_FB_FREE"],
  ["fan.speed", "DCGM_FI_DEV_FAN_SPEED"],
  ["pcie.link.gen.current", "DCGM_FI_DEV_PCIE_LINK_GEN"],
  ["pcie.link.gen.max", "DCGM_FI_DEV_PCIE_MAX_LINK_GEN"],
  ["pcie.link.width.current", "DCGM_FI_DEV_PCIE_LINK_WIDTH"],
  ["pcie.link.width.max", "DCGM_FI_DEV_PCIE_MAX_LINK_WIDTH"],
  ["ecc.errors.corrected.volatile.total", "DCGM_FI_DEV_ECC_SBE_VOL_TOTAL"],
  ["ecc.errors.uncorrected.volatile.total", "DCGM_FI_DEV_ECC_DBE_VOL_TOTAL"],
  ["clocks_throttle_reasons.active", "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS"],
];

const REMAPPED: readonly (readonly [field: string, name: string])[] = [
  ["remapped_rows.correctable", "DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS"],
  ["remapped_rows.uncorrectable", "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS"],
  ["remapped_rows.pending", "DCGM_FI_DEV_ROW_REMAP_PENDING"],
  ["remapped_rows.failure", "DCGM_FI_DEV_ROW_REMAP_FAILURE"],
];

const PLAIN = "--format=csv,noheader,nounits";

/** A driver refuses the whole query for one field it does not know: of before the temperature limit, or of after a name. */
const VARIANTS: readonly (typeof FIELDS)[] = [
  FIELDS,
  FIELDS.map(
    ([field, name]) => [field.replace("throttle_reasons", "event_reasons"), name] as const,
  ),
  FIELDS.filter(([field]) => field !== "temperature.gpu.tlimit"),
];

/** The one that a machine's driver has answered. */
const answered = new WeakMap<Machine, typeof FIELDS>();

/** Every NVIDIA GPU; nothing where there is none. */
export async function nvidiaReadings(machine: Machine): Promise<readonly Reading[]> {
  const gpus = await allGpus(machine);
  if (gpus.length === 0) return [];
  const rows = await machine.run("nvidia-smi", [
    `--query-remapped-rows=gpu_uuid,${REMAPPED.map(([field]) => field).join(",")}`,
    PLAIN,
  ]);
  const links = await machine.run("nvidia-smi", ["nvlink", "-e"]);
  const log = await machine.run("dmesg", ["--notime"]);
  const known = new Map(gpus.map(({ uuid, labels }) => [uuid, labels]));
  return [
    ...gpus.flatMap(({ readings }) => readings),
    ...remappedRows(rows ?? "", known),
    ...nvlinkErrors(links ?? "", known),
    ...lastXids(log ?? "", gpus),
  ];
}

interface Gpu {
  readonly uuid: string;
  /** "00000000:3B:00.0" as the kernel writes it: "0000:3b:00". */
  readonly bus: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly readings: readonly Reading[];
}

async function allGpus(machine: Machine): Promise<readonly Gpu[]> {
  const known = answered.get(machine);
  for (const fields of known === undefined ? VARIANTS : [known]) {
    const gpus = await queried(machine, fields);
    if (gpus === null) continue;
    answered.set(machine, fields);
    return gpus;
  }
  return [];
}

async function queried(machine: Machine, fields: typeof FIELDS): Promise<readonly Gpu[] | null> {
  const names = ["index", "uuid", "name", "pci.bus_id", ...fields.map(([field]) => field)];
  const text = await machine.run("nvidia-smi", [`--query-gpu=${names.join(",")}`, PLAIN]);
  if (text === null) return null;
  return lines(text).map((line) => gpuOf(cells(line), fields));
}

function gpuOf(
  [index = "", uuid = "", modelName = "", bus = "", ...values]: readonly string[],
  fields: typeof FIELDS,
): Gpu {
  const labels = { gpu: index, UUID: uuid, modelName };
  const readings = fields.flatMap(([, name], at) => reading(name, labels, values[at]));
  const short = bus
    .toLowerCase()
    .replace(/^0000(?=[\da-f]{4}:)/u, "")
    .replace(/\.\d$/u, "");
  return { uuid, bus: short, labels, readings };
}

type Labels = ReadonlyMap<string, Readonly<Record<string, string>>>;

function remappedRows(text: string, known: Labels): readonly Reading[] {
  return lines(text).flatMap((line) => {
    const [uuid = "", ...values] = cells(line);
    const labels = known.get(uuid);
    if (labels === undefined) return [];
    return REMAPPED.flatMap(([, name], at) => reading(name, labels, flag(values[at])));
  });
}

/** "Yes" and "No" of older drivers. */
function flag(text: string | undefined): string | undefined {
  return text?.replace(/^yes$/iu, "1").replace(/^no$/iu, "0");
}

const LINK_ERRORS: Readonly<Record<string, string>> = {
  replay: "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL",
  recovery: "DCGM_FI_DEV_NVLINK_RECOVERY_ERROR_COUNT_TOTAL",
  crc: "DCGM_FI_DEV_NVLINK_CRC_FLIT_ERROR_COUNT_TOTAL",
};

/** Errors of all links of a GPU together. */
function nvlinkErrors(text: string, known: Labels): readonly Reading[] {
  const totals = new Map<string, Map<string, number>>();
  let uuid = "";
  for (const line of lines(text)) {
    uuid = /UUID:\s*(?<uuid>[\w-]+)/u.exec(line)?.groups?.["uuid"] ?? uuid;
    const found = /Link \d+: (?<kind>Replay|Recovery|CRC)[^:]*: (?<count>\d+)/u.exec(line)?.groups;
    if (found === undefined) continue;
    const name = LINK_ERRORS[(found["kind"] ?? "").toLowerCase()] ?? "";
    const counts = totals.get(uuid) ?? new Map<string, number>();
    counts.set(name, (counts.get(name) ?? 0) + Number(found["count"]));
    totals.set(uuid, counts);
  }
  return [...totals].flatMap(([id, counts]) => {
    const labels = known.get(id);
    if (labels === undefined) return [];
    return [...counts].map(([name, value]) => ({ name, labels, value }));
  });
}

const XID = /NVRM: Xid \(PCI:(?<bus>[\da-f:]+)\): (?<code>\d+)/giu;

/** The last Xid of each GPU; 0 is none. */
function lastXids(log: string, gpus: readonly Gpu[]): readonly Reading[] {
  const last = new Map<string, number>();
  for (const { groups } of log.matchAll(XID)) {
    last.set((groups?.["bus"] ?? "").toLowerCase(), Number(groups?.["code"]));
  }
  return gpus.map(({ bus, labels }) => ({
    name: "DCGM_FI_DEV_XID_ERRORS",
    labels,
    value: last.get(bus) ?? 0,
  }));
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** Masks are written in hexadecimal, which Number reads too. */
function cells(line: string): readonly string[] {
  return line.split(",").map((cell) => cell.trim());
}
