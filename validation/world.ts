/** The catalogue as rows ask for it: by label, each label looked up once. */
import lawsFile from "../coefficients/laws.json" with { type: "json" };
import { assert } from "../core/assert.ts";
import {
  catalogue,
  findDevice,
  systemFor,
  type Device,
  type System,
} from "../core/catalogue/index.ts";
import { decodeEngine, type Engine } from "../core/estimate/index.ts";
import { decodeLaws, target, type Laws, type Target } from "../core/estimate/laws/index.ts";
import {
  SINGLE_DEVICE,
  splitProblem,
  weightBytes,
  type Numerics,
  type Transformer,
} from "../core/index.ts";
import { decodeModelEntry, findModel, type Model, type ModelEntry } from "../core/model/index.ts";
import { plainLabel } from "./label.ts";

export interface NamedModel {
  readonly model: Model;
  /** Numerics that the label itself names ("-FP8"); null where it names none. */
  readonly named: string | null;
}

export interface World {
  readonly device: (label: string) => Device | null;
  readonly system: (device: Device) => System;
  readonly model: (label: string) => NamedModel | null;
  readonly engines: readonly Engine[];
  /** Bytes a device holds of the model split over `tensor` devices; null where it does not divide so. */
  readonly weightBytes: (model: Transformer, numerics: Numerics, tensor: number) => number | null;
  readonly target: (system: System, graphs: boolean) => Target | null;
}

/** The shipped catalogue and coefficients. */
export function shippedWorld(): World {
  const laws = shippedLaws();
  return {
    device: remembered((label) => {
      const found = findDevice(catalogue, label);
      return found.ok ? found.value : null;
    }),
    system: (device) => systemFor(catalogue, device),
    model: remembered(namedModel),
    engines: catalogue.engines.flatMap((file) => {
      const engine = decodeEngine(file);
      assert(engine.ok, `an engine of the catalogue does not decode: ${JSON.stringify(engine)}`);
      return [engine.value];
    }),
    weightBytes: (model, numerics, tensor) => {
      const parallel = { ...SINGLE_DEVICE, tensor };
      return splitProblem(model, parallel) === null
        ? weightBytes({ model, parallel, numerics })
        : null;
    },
    target: (system, graphs) => {
      const { device, perHost, network } = system;
      const found = target({ device, perHost, network, graphs }, laws);
      return "kind" in found ? null : found;
    },
  };
}

function shippedLaws(): Laws {
  const laws = decodeLaws(lawsFile);
  assert(laws.ok, `coefficients/laws.json does not decode: ${JSON.stringify(laws)}`);
  return laws.value;
}

function namedModel(label: string): NamedModel | null {
  const entries = catalogue.models as readonly ModelEntry[];
  const bare = plainLabel(label);
  const sized = findModel(entries, label);
  const whole = sized.ok ? sized : findModel(entries, bare);
  const found = whole.ok ? whole : findModel(entries, bare.replace(/ \([^)]*\)$/, ""));
  if (!found.ok) return null;
  const model = decodeModelEntry(found.value.entry, found.value.input);
  return model.ok ? { model: model.value, named: found.value.numerics } : null;
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
