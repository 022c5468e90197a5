/**
 * Readings of AMD's `rocm-smi`, named as AMD's device metrics exporter names them.
 *
 * Source: rocm-smi --help; ROCm/device-metrics-exporter, docs of metrics
 */
import type { Machine } from "./machine.ts";
import { reading, type Reading } from "./reading.ts";

/** Beginning of the key that rocm-smi prints → name of the reading. Releases differ in the rest. */
const FIELDS: readonly (readonly [key: RegExp, name: string])[] = [
  [/^Temperature \(Sensor edge\)/u, "gpu_edge_temperature"],
  [/^Temperature \(Sensor junction\)/u, "gpu_junction_temperature"],
  [/^Temperature \(Sensor memory\)/u, "gpu_memory_temperature"],
  [/^(?:Average|Current Socket) Graphics Package Power/u, "gpu_package_power"],
  [/^GPU use/u, "gpu_gfx_activity"],
  [/^VRAM Total Used Memory/u, "gpu_used_vram"],
  [/^VRAM Total Memory/u, "gpu_total_vram"],
  [/^sclk clock speed/u, "gpu_clock"],
];

const ARGS = ["--showtemp", "--showpower", "--showuse", "--showmeminfo", "vram", "--showclocks"];

/** Every AMD GPU; nothing where there is none or the program prints no JSON. */
export async function amdReadings(machine: Machine): Promise<readonly Reading[]> {
  const text = await machine.run("rocm-smi", [...ARGS, "--json"]);
  const cards = text === null ? null : parsed(text);
  if (typeof cards !== "object" || cards === null) return [];
  return Object.entries(cards).flatMap(([card, values]: readonly [string, unknown]) => {
    const id = /^card(?<id>\d+)$/u.exec(card)?.groups?.["id"];
    if (id === undefined || typeof values !== "object" || values === null) return [];
    return Object.entries(values).flatMap(([key, value]: readonly [string, unknown]) => {
      const name = FIELDS.find(([pattern]) => pattern.test(key))?.[1];
      if (name === undefined) return [];
      const number = /-?\d+(?:\.\d+)?/u.exec(String(value))?.[0];
      return reading(name, { gpu_id: id }, number);
    });
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
