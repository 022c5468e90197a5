/** Options that say on what, how split, and by which engine a model is served. */
import type { Command } from "commander";
import {
  deviceCount,
  findDevice,
  findGrid,
  offersFor,
  placementDevices,
  systemFor,
  usualOffer,
  withFabric,
  type Catalogue,
  type Device,
  type Engine,
  type Model,
  type Offer,
  type Parallel,
  type Placement,
  type Speculation,
  type System,
} from "../core/index.ts";
import {
  addEngineLimitOptions,
  enginesFrom,
  limited,
  type EngineLimitOptions,
} from "./engine-options.ts";
import { countFlag, quantityFlag, REPLICAS_MAX } from "./flags.ts";
import { accepted, inputError } from "./input-error.ts";
import { addNetworkOptions, networkFrom, type NetworkOptions } from "./network-options.ts";
import { addNumericsOptions, numericsFrom, type NumericsOptions } from "./numerics-options.ts";
import {
  addSpeculationOptions,
  speculating,
  type SpeculationOptions,
} from "./speculation-options.ts";
import { addSplitOptions, parallelFrom, type SplitOptions } from "./split-options.ts";

export interface PlacementOptions
  extends NetworkOptions, SplitOptions, NumericsOptions, SpeculationOptions, EngineLimitOptions {
  readonly device: string;
  readonly engine?: string;
  readonly replicas: number;
  readonly offer?: string;
  readonly grid?: string;
  readonly peerBandwidth?: number;
  /** Those that only compute prompts, as other options have it; absent is none. */
  readonly prefill?: NonNullable<Placement["prefill"]>;
}

export function addPlacementOptions(command: Command): Command {
  command.requiredOption("--device <name>", "a device of the catalogue");
  return addPlacementDetails(command);
}

/** All but the device. */
export function addPlacementDetails(command: Command): Command {
  addEngineLimitOptions(
    command.option(
      "--engine <name>",
      "serving engine, as vllm or vllm@0.11 (default: vllm where it runs)",
    ),
  )
    .option("--replicas <n>", "independent copies", countFlag("--replicas", 1, REPLICAS_MAX), 1)
    .option("--offer <id>", "what is paid; the cheapest on demand if not given")
    .option("--grid <place>", "where it stands: gcp/europe-north1, world, ...")
    .option(
      "--peer-bandwidth <rate>",
      "what cards without links reach among each other through their host, all at once: 20GB/s",
      quantityFlag("--peer-bandwidth", "bandwidth"),
    );
  return addSpeculationOptions(addNumericsOptions(addSplitOptions(addNetworkOptions(command))));
}

/** The placement asked for and the system it stands on. */
export function placementFrom(
  options: PlacementOptions,
  model: Model,
  catalogue: Catalogue,
  speculation?: Speculation,
): { readonly system: System; readonly placement: Placement } {
  const device = accepted(findDevice(catalogue, options.device), "--device");
  const { replicas, prefill } = options;
  const placement: Placement = {
    parallel: splitOf(options, model),
    replicas,
    numerics: numericsFrom(options, model),
    engine: speculating(
      limited(engineFor(catalogue, device, options.engine), options),
      speculation,
    ),
    ...(prefill === undefined ? {} : { prefill }),
  };
  return { system: systemOf(catalogue, device, placement, options), placement };
}

function splitOf(options: PlacementOptions, model: Model): Parallel {
  if (model.kind === "transformer") return parallelFrom(options, model);
  const { tp: tensor, pp: pipeline, dp: data, ep: expert } = options;
  return { tensor, pipeline, data, expert };
}

function systemOf(
  catalogue: Catalogue,
  device: Device,
  placement: Placement,
  options: PlacementOptions,
): System {
  const { offer: id, grid: gridId, peerBandwidth } = options;
  if (gridId !== undefined) accepted(findGrid(catalogue, gridId), "--grid");
  const offers = offersFor(catalogue, device.id);
  const offer = id === undefined ? offerFor(offers, placement) : named(offers, id);
  const found = systemFor(catalogue, device, {
    ...(offer === undefined ? {} : { offer }),
    ...(gridId === undefined ? {} : { gridId }),
  });
  const system = withFabric(found, networkFrom(options));
  return peerBandwidth === undefined ? system : { ...system, peerBandwidth };
}

/** Pools apart stand in one host, where one holds both: their caches then move over its links. */
function offerFor(offers: readonly Offer[], placement: Placement): Offer | undefined {
  const devices = placementDevices(placement);
  const isHeld = offers.some(({ count }) => count >= devices);
  const isWhole = placement.prefill !== undefined && isHeld;
  return usualOffer(offers, {
    devices,
    together: isWhole ? devices : deviceCount(placement.parallel),
  });
}

function named(offers: readonly Offer[], id: string): Offer {
  const offer = offers.find((each) => each.id === id);
  if (offer !== undefined) return offer;
  throw inputError("--offer", `one of ${offers.map((each) => each.id).join(", ")}`, id);
}

const ENGINE_USUAL = "vllm";

/** Those of devices that no engine with continuous batching runs on. */
const ENGINES_ELSEWHERE: readonly string[] = ["llama-cpp", "static"];

function engineFor(catalogue: Catalogue, { vendor }: Device, name: string | undefined): Engine {
  const engines =
    name === undefined
      ? [...enginesFrom(catalogue), ...enginesFrom(catalogue, ENGINES_ELSEWHERE)]
      : enginesFrom(catalogue, [name]);
  const running = engines.filter(({ vendors }) => vendors.includes(vendor));
  const engine = running.find(({ id }) => id === ENGINE_USUAL) ?? running[0];
  if (engine !== undefined) return engine;
  throw inputError("--engine", `an engine that runs on devices of ${vendor}`, name);
}
