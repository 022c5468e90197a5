/** A device file turned into a device in SI units. */
import { complete, present } from "../present.ts";
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
      dataflow: complete({
        weights: read.value("dataflow/weights"),
        layers: read.value("dataflow/layers"),
      }),
      matvec: complete({
        native: read.value("matvec/native"),
        lanes: read.value("matvec/lanes"),
        tiles: read.value("matvec/tiles"),
      }),
      systolic: read.value("array/systolic"),
      link: link(read, file.link),
      sockets: complete({
        most: read.value("sockets/most"),
        bandwidth: read.value("sockets/bandwidth/one-way"),
      }),
      host: complete({ bandwidth: hostBandwidth(read) }),
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
  const torus = complete({ axes: read.value("link/axes"), ring: read.value("link/ring") });
  return { bandwidth, domain, ...present({ name, pair, torus }) };
}

function array(read: FigureReader): Device["array"] | undefined {
  const sides = complete({
    inputs: read.value("array/inputs"),
    outputs: read.value("array/outputs"),
    pixels: read.value("array/pixels") ?? 1,
  });
  if (sides === undefined) return undefined;
  const known = present({
    together: read.value("array/together"),
    sums: read.value("array/sums"),
    passes: read.value("array/passes"),
    answers: read.value("array/answers"),
    window: read.value("array/window"),
    square: read.value("array/square"),
    pool: read.value("array/pool"),
  });
  return { ...sides, ...known };
}

function hostBandwidth(read: FigureReader): number | undefined {
  const generation = read.value("host/pcie/generation");
  const pcie =
    generation === undefined ? undefined : pcieBandwidth(generation, read.value("host/pcie/lanes"));
  return read.value("host/bandwidth/one-way") ?? pcie;
}

function onboard(read: FigureReader): Device["onboard"] | undefined {
  const known = complete({ cores: read.value("host/cores"), clock: read.value("host/clock") });
  return known && { ...known, ...present({ dhrystone: read.value("host/dhrystone") }) };
}

function derivations(figures: Figures): readonly string[] {
  return Object.keys(figures).flatMap((key) => {
    const [used] = figuresAt(figures, key);
    return used !== undefined && "derived" in used ? [`"${key}" is ${used.derived}`] : [];
  });
}

/** {@link present}, or nothing when no field is. */
function group<T extends object>(fields: T): ReturnType<typeof present<T>> | undefined {
  const kept = present(fields);
  return Object.keys(kept).length === 0 ? undefined : kept;
}
