/** Devices by what people call them. */
import { ok, refuse, type Result } from "../result.ts";
import { deviceOf } from "./catalogue.ts";
import type { Device } from "./device.ts";
import type { Catalogue, DeviceFile } from "./files.ts";
import { isCpuLabel, likeness, readings, spelling } from "./_names.ts";

/** Names offered for one that is not known, and how like it they must be. */
const SUGGESTIONS = 3;
const LIKENESS_MIN = 0.3;

/** How the devices of one catalogue are spelt. */
interface Index {
  readonly files: ReadonlyMap<string, DeviceFile>;
  readonly names: readonly { readonly name: string; readonly spellings: readonly string[] }[];
}

const indexes = new WeakMap<Catalogue, Index>();

/**
 * The device that `label` names: an id, a name, an alias, or one of these with a host, an instance
 * or a clock around it ("AWS Inferentia2 (inf2.48xlarge)").
 *
 * Errors: no such device, with the names most like `label`. A slice of a device ("A100 MIG 1g.10gb")
 * is not the device.
 */
export function findDevice(catalogue: Catalogue, label: string): Result<Device> {
  const index = indexOf(catalogue);
  for (const reading of readings(label)) {
    const file = index.files.get(reading);
    const isMeant = file !== undefined && (file.kind === "cpu" || !isCpuLabel(label));
    if (isMeant) return ok(deviceOf(file));
  }
  const names = suggestions(index, label).map((name) => `"${name}"`);
  const advice = names.length === 0 ? "" : `; did you mean ${names.join(", ")}?`;
  return refuse(["device"], `a device of the catalogue${advice}`, label);
}

function indexOf(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known !== undefined) return known;
  const spelt = catalogue.accelerators.map((file) => ({
    file,
    name: file.name,
    spellings: [file.id, file.name, ...file.aliases].map(spelling),
  }));
  const pairs = spelt.flatMap(({ file, spellings }) =>
    spellings.map((each) => [each, file] as const),
  );
  const index: Index = { files: new Map(pairs), names: spelt };
  indexes.set(catalogue, index);
  return index;
}

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
