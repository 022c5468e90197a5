/** Devices by what people call them. */
import { once } from "../once.ts";
import { ok, refuse, type Result } from "../result.ts";
import type { Bytes } from "../units.ts";
import { deviceOf } from "./catalogue.ts";
import type { Device } from "./device.ts";
import type { Catalogue, DeviceFile } from "./files.ts";
import { isCpuLabel, likeness, memoryOf, readings, spelling } from "./_names.ts";

/** Names offered for one that is not known, and how like it they must be. */
const SUGGESTIONS = 3;
const LIKENESS_MIN = 0.3;

/** How the devices of one catalogue are spelt. */
interface Index {
  readonly files: ReadonlyMap<string, DeviceFile>;
  /** Processors alone, of which some have the name of the GPU beside them. */
  readonly processors: ReadonlyMap<string, DeviceFile>;
  readonly names: readonly { readonly name: string; readonly spellings: readonly string[] }[];
}

/**
 * The device that `label` names: an id, a name, an alias, or one of these with a host, an instance, a clock or its own memory around it
 * ("AWS Inferentia2 (inf2.48xlarge)", "MI355X 288GB HBM3e"). A memory that is sold in several sizes is of the size that the label says.
 *
 * Errors: no such device, with the names most like `label`. A slice of a device ("A100 MIG 1g.10gb")
 * or one of another memory is not the device.
 */
export function findDevice(catalogue: Catalogue, label: string): Result<Device> {
  const index = indexOf(catalogue);
  const meant = isCpuLabel(label) ? index.processors : index.files;
  const memory = memoryOf(label);
  for (const text of memory === null ? [label] : [label, memory.without]) {
    for (const reading of readings(text)) {
      const file = meant.get(reading);
      if (file === undefined) continue;
      const device = sized(deviceOf(file), file, memory?.bytes);
      if (text === label || holds(device, memory?.bytes)) return ok(device);
    }
  }
  const names = suggestions(index, label).map((name) => `"${name}"`);
  const advice = names.length === 0 ? "" : `; did you mean ${names.join(", ")}?`;
  return refuse(["device"], `a device of the catalogue${advice}`, label);
}

/** Vendors, clouds and drivers print the memory of one part up to this much apart: 180, 186 and 192 GB. */
const PRINTED_APART = 0.08;

function holds({ memory }: Device, bytes: Bytes = 0): boolean {
  const { capacity = bytes } = memory ?? {};
  return Math.abs(bytes / capacity - 1) <= PRINTED_APART;
}

/** With the memory that its label says, where its maker sells it with several or its source prints none. */
function sized(device: Device, file: DeviceFile, bytes: Bytes | undefined): Device {
  const { capacity } = device.memory ?? {};
  const isSold = capacity === undefined || file.memory?.startsWith("unified") === true;
  return bytes === undefined || !isSold
    ? device
    : { ...device, memory: { ...device.memory, capacity: bytes } };
}

const indexOf = once(({ accelerators }: Catalogue): Index => {
  const spelt = accelerators.map((file) => ({
    file,
    name: file.name,
    spellings: [file.id, file.name, ...file.aliases].map(spelling),
  }));
  const pairs = spelt.flatMap(({ file, spellings }) =>
    spellings.map((each) => [each, file] as const),
  );
  const isCpu = ([, { kind }]: readonly [string, DeviceFile]) => kind === "cpu";
  const processors = pairs.filter(isCpu);
  const others = pairs.filter((pair) => !isCpu(pair));
  const files = new Map([...processors, ...others]);
  return { files, processors: new Map(processors), names: spelt };
});

function suggestions(index: Index, label: string): readonly string[] {
  const asked = spelling(label);
  return index.names
    .map(({ name, spellings }) => ({
      name,
      score: Math.max(...spellings.map((each) => likeness(asked, each))),
    }))
    .filter(({ score }) => score > LIKENESS_MIN)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}
