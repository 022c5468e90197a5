/** Serving engines of the catalogue, as options name them. */
import type { Command } from "commander";
import {
  decodeEngine,
  devices,
  type Catalogue,
  type Device,
  type Engine,
  type SiteChoice,
} from "../core/index.ts";
import { versioned } from "../core/estimate/index.ts";
import { countFlag, shareFlag } from "./flags.ts";
import { accepted, inputError } from "./input-error.ts";

/**
 * Engines of a catalogue that batch continuously and can be had, or those named, in the newest version or in one that
 * follows an @. Errors: no such engine, no such version.
 */
export function enginesFrom(catalogue: Catalogue, names?: readonly string[]): readonly Engine[] {
  const all = catalogue.engines.map((file) => accepted(decodeEngine(file), "engines"));
  if (names === undefined) {
    return all.filter(({ scheduler, paper }) => scheduler !== "static" && paper !== true);
  }
  return names.map((name) => {
    const [id = "", version] = name.toLowerCase().split("@");
    const engine = all.find((each) => each.id === id);
    if (engine !== undefined) return version === undefined ? engine : inVersion(engine, version);
    throw inputError("--engine", `one of ${all.map(({ id }) => id).join(", ")}`, name);
  });
}

/** Limits that whoever starts an engine sets, over its defaults on any device. */
export interface EngineLimitOptions {
  readonly stepTokens?: number;
  readonly sequences?: number;
  readonly memoryShare?: number;
}

export function addEngineLimitOptions(command: Command): Command {
  return command
    .option(
      "--step-tokens <n>",
      "most tokens a step: max_num_batched_tokens, chunked-prefill-size, max_num_tokens",
      countFlag("--step-tokens"),
    )
    .option(
      "--sequences <n>",
      "most requests running: max_num_seqs, max-running-requests, max_batch_size",
      countFlag("--sequences"),
    )
    .option(
      "--memory-share <share>",
      "gpu_memory_utilization, mem-fraction-static, free_gpu_memory_fraction",
      shareFlag("--memory-share"),
    );
}

/** The engine with what was set; itself where nothing was. */
export function limited(
  engine: Engine,
  { stepTokens, sequences, memoryShare }: EngineLimitOptions,
): Engine {
  const set = {
    ...(stepTokens === undefined ? {} : { stepTokensMax: stepTokens }),
    ...(sequences === undefined ? {} : { sequencesMax: sequences }),
  };
  const fraction = memoryShare === undefined ? {} : { fraction: memoryShare };
  const tiers = engine.tiers?.map((tier) => ({ ...tier, ...set, ...fraction }));
  return {
    ...engine,
    ...set,
    memory: { ...engine.memory, ...fraction },
    ...(tiers === undefined ? {} : { tiers }),
  };
}

function inVersion(engine: Engine, version: string): Engine {
  const found = versioned(engine, version);
  if (found !== null) return found;
  const known = Object.keys(engine.releases ?? {});
  const expected = known.length === 0 ? "no version" : `a version from ${known[0]} on`;
  throw inputError("--engine", expected, `${engine.id}@${version}`);
}

/** The devices that a choice names, none where it leaves them open. */
export function namedDevices(
  catalogue: Catalogue,
  { devices: ids = [] }: SiteChoice,
): readonly Device[] {
  return devices(catalogue).filter(({ id }) => ids.includes(id));
}

/** Errors: one of the devices asked for that none of `engines` runs on, so that no plan could name it. */
export function checkRunning(
  catalogue: Catalogue,
  engines: readonly Engine[],
  choice: SiteChoice,
): void {
  const vendors = new Set(engines.flatMap((engine) => engine.vendors));
  const stray = namedDevices(catalogue, choice).find(({ vendor }) => !vendors.has(vendor));
  if (stray === undefined) return;
  const expected = `a device that an engine runs on, of ${[...vendors].toSorted().join(", ")}, or one for which --engine names another; your own takes the vendor whose software it runs`;
  throw inputError("--device", expected, `${stray.id} of ${stray.vendor}`);
}
