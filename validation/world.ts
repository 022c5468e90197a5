/** The catalogue as rows ask for it: by label, each label looked up once. */
import { assert } from "../core/assert.ts";
import {
  catalogue,
  findDevice,
  systemFor,
  type Device,
  type System,
} from "../core/catalogue/index.ts";
import { decodeEngine, SHIPPED, type Coefficients, type Engine } from "../core/estimate/index.ts";
import { target, type Target } from "../core/estimate/laws/index.ts";
import {
  SINGLE_DEVICE,
  splitProblem,
  weightBytes,
  type Numerics,
  type Transformer,
} from "../core/index.ts";
import {
  decodeModelEntry,
  findModel,
  hasImage,
  type Model,
  type ModelEntry,
} from "../core/model/index.ts";
import type { Image } from "./image.ts";
import { plainLabels } from "./label.ts";
import { simulations, type Simulated } from "./simulated.ts";

export interface NamedModel {
  readonly model: Model;
  /** Numerics that the label itself names ("-FP8"); null where it names none. */
  readonly named: string | null;
}

export interface World {
  readonly device: (label: string) => Device | null;
  readonly system: (device: Device) => System;
  /** On the size of image that a row prints, where it prints one. */
  readonly model: (label: string, image?: Image | null) => NamedModel | null;
  readonly engines: readonly Engine[];
  readonly coefficients: Coefficients;
  /** Bytes a device holds of the model split over `tensor` devices; null where it does not divide so. */
  readonly weightBytes: (model: Transformer, numerics: Numerics, tensor: number) => number | null;
  readonly target: (system: System, graphs: boolean) => Target | null;
  readonly simulated: Simulated;
}

/** The shipped catalogue, with the shipped coefficients or others. */
export function shippedWorld(coefficients: Coefficients = SHIPPED): World {
  const models = remembered((key) => {
    const [label = "", size] = key.split("|");
    const [height = 0, width = 0] = size?.split("x").map(Number) ?? [];
    return namedModel(label, size === undefined ? null : [height, width]);
  });
  return {
    device: remembered((label) => {
      const found = findDevice(catalogue, label);
      return found.ok ? found.value : null;
    }),
    system: (device) => systemFor(catalogue, device),
    model: (label, image = null) => models(image === null ? label : `${label}|${image.join("x")}`),
    engines: catalogue.engines.flatMap((file) => {
      const engine = decodeEngine(file);
      assert(engine.ok, `an engine of the catalogue does not decode: ${JSON.stringify(engine)}`);
      return [engine.value];
    }),
    coefficients,
    weightBytes: (model, numerics, tensor) => {
      const parallel = { ...SINGLE_DEVICE, tensor };
      return splitProblem(model, parallel) === null
        ? weightBytes({ model, parallel, numerics })
        : null;
    },
    target: (system, graphs) => {
      const { device, perHost, network } = system;
      const found = target({ device, perHost, network, graphs }, coefficients.laws);
      return "kind" in found ? null : found;
    },
    simulated: simulations(coefficients),
  };
}

function namedModel(label: string, image: Image | null): NamedModel | null {
  const entries = catalogue.models as readonly ModelEntry[];
  for (const name of plainLabels(label)) {
    const found = findModel(entries, name);
    if (!found.ok) continue;
    const { entry, numerics, input = {} } = found.value;
    const model = decodeModelEntry(entry, image !== null && hasImage(entry) ? { image } : input);
    if (model.ok) return { model: model.value, named: numerics };
  }
  return null;
}

function remembered<T>(look: (label: string) => T): (label: string) => T {
  const seen = new Map<string, T>();
  return (label) => {
    const known = seen.get(label);
    if (known !== undefined) return known;
    const found = look(label);
    seen.set(label, found);
    return found;
  };
}
