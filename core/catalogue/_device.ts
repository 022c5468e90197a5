/** A device file turned into a device in SI units. */
import { PRECISIONS, type Precision } from "../precision.ts";
import { ok, type DecodeError, type Result } from "../result.ts";
import type { Device } from "./device.ts";
import { figuresAt, figureValue } from "./figures.ts";
import type { DeviceFile, Figures } from "./files.ts";
import { pcieBandwidth } from "./_pcie.ts";
import { visibleMemory } from "./_visible.ts";

/** The device that `file` describes. Errors: a figure that does not parse, with its key. */
export function deviceFrom(file: DeviceFile): Result<Device> {
  const read = new FigureReader(file.figures);
  const device: Device = {
    id: file.id,
    name: file.name,
    vendor: file.vendor,
    kind: file.kind,
    status: file.status,
    ...present({
      architecture: file.architecture,
      launched: file.launched,
      inferenceOnly: file.inferenceOnly,
    }),
    peak: peaks(read),
    ...present({
      reached: group({
        bf16: read.value("peak/matrix/bf16/reached"),
        fp8: read.value("peak/matrix/fp8/reached"),
      }),
      vector: read.value("peak/vector/fp32"),
      memory: group({
        capacity: read.value("memory/device/capacity"),
        bandwidth: read.value("memory/device/bandwidth"),
        visible: visible(read, file),
      }),
      cache: read.first("cache/last", "cache/l2", "cache/sram"),
      units: read.value("units"),
      clock: read.first("clock/boost", "clock/all-core", "clock/base"),
      array: array(read),
      dataflow: dataflow(read),
      matvec: matvec(read),
      systolic: read.value("array/systolic"),
      link: link(read, file.link),
      sockets: sockets(read),
      host: host(read),
      onboard: onboard(read),
      power: group({ max: read.value("power/max"), idle: read.value("power/idle") }),
      price: read.value("price/list"),
    }),
    assumptions: derivations(file.figures),
  };
  return read.error === undefined ? ok(device) : { ok: false, error: read.error };
}

/** Reads figures and remembers the first that could not be read. */
class FigureReader {
  error: DecodeError | undefined;
  readonly #figures: Figures;

  constructor(figures: Figures) {
    this.#figures = figures;
  }

  value(key: string): number | undefined {
    const result = figureValue(this.#figures, key);
    if (result.ok) return result.value;
    this.error ??= result.error;
    return undefined;
  }

  first(...keys: readonly string[]): number | undefined {
    const key = keys.find((candidate) => figuresAt(this.#figures, candidate).length > 0);
    return key === undefined ? undefined : this.value(key);
  }
}

function peaks(read: FigureReader): Partial<Record<Precision, number>> {
  const peak: Partial<Record<Precision, number>> = {};
  for (const precision of PRECISIONS) {
    const value = read.value(`peak/matrix/${precision}/dense`);
    if (value !== undefined) peak[precision] = value;
  }
  return peak;
}

function visible(read: FigureReader, { figures, memory: kind }: DeviceFile): number | undefined {
  const capacity = read.value("memory/device/capacity");
  const figure = figuresAt(figures, "memory/device/capacity")[0];
  if (capacity === undefined || kind === undefined) return undefined;
  if (figure === undefined || !("value" in figure)) return undefined;
  return visibleMemory({ capacity, printed: figure.value, kind });
}

function link(read: FigureReader, name: string | undefined): Device["link"] | undefined {
  const both = read.value("link/bandwidth/bidirectional");
  const bandwidth = read.value("link/bandwidth/one-way") ?? (both === undefined ? both : both / 2);
  const domain = read.value("link/domain");
  if (bandwidth === undefined || domain === undefined) return undefined;
  const pair = read.value("link/pair/reached") ?? read.value("link/pair/one-way");
  return { bandwidth, domain, ...present({ name, pair, torus: torus(read) }) };
}

function torus(read: FigureReader): NonNullable<Device["link"]>["torus"] {
  const [axes, ring] = [read.value("link/axes"), read.value("link/ring")];
  return axes === undefined || ring === undefined ? undefined : { axes, ring };
}

function array(read: FigureReader): Device["array"] | undefined {
  const inputs = read.value("array/inputs");
  const outputs = read.value("array/outputs");
  if (inputs === undefined || outputs === undefined) return undefined;
  const together = read.value("array/together");
  const sums = read.value("array/sums");
  const passes = read.value("array/passes");
  const answers = read.value("array/answers");
  const window = read.value("array/window");
  const square = read.value("array/square");
  const pool = read.value("array/pool");
  const pixels = read.value("array/pixels") ?? 1;
  return {
    inputs,
    outputs,
    pixels,
    ...present({ together, sums, passes, answers, window, square, pool }),
  };
}

function dataflow(read: FigureReader): Device["dataflow"] | undefined {
  const [weights, layers] = [read.value("dataflow/weights"), read.value("dataflow/layers")];
  return weights === undefined || layers === undefined ? undefined : { weights, layers };
}

function sockets(read: FigureReader): Device["sockets"] | undefined {
  const [most, bandwidth] = [read.value("sockets/most"), read.value("sockets/bandwidth/one-way")];
  return most === undefined || bandwidth === undefined ? undefined : { most, bandwidth };
}

function matvec(read: FigureReader): Device["matvec"] | undefined {
  const [native, lanes] = [read.value("matvec/native"), read.value("matvec/lanes")];
  const tiles = read.value("matvec/tiles");
  if (native === undefined || lanes === undefined || tiles === undefined) return undefined;
  return { native, lanes, tiles };
}

function host(read: FigureReader): Device["host"] | undefined {
  const generation = read.value("host/pcie/generation");
  const pcie =
    generation === undefined ? undefined : pcieBandwidth(generation, read.value("host/pcie/lanes"));
  const bandwidth = read.value("host/bandwidth/one-way") ?? pcie;
  return bandwidth === undefined ? undefined : { bandwidth };
}

function onboard(read: FigureReader): Device["onboard"] | undefined {
  const cores = read.value("host/cores");
  const clock = read.value("host/clock");
  const dhrystone = read.value("host/dhrystone");
  if (cores === undefined || clock === undefined) return undefined;
  return dhrystone === undefined ? { cores, clock } : { cores, clock, dhrystone };
}

function derivations(figures: Figures): readonly string[] {
  return Object.keys(figures).flatMap((key) => {
    const [used] = figuresAt(figures, key);
    return used !== undefined && "derived" in used ? [`"${key}" is ${used.derived}`] : [];
  });
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys whose value is undefined: what a source does not say is absent. */
function present<T extends object>(fields: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in fields) {
    const value = fields[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}

/** {@link present}, or nothing when no field is. */
function group<T extends object>(fields: T): Present<T> | undefined {
  const kept = present(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
