/** What a model is made of, what a step of it costs by part, how that grows, and where it meets rooflines. */
import {
  estimate,
  estimateBatch,
  expand,
  expandNetwork,
  findDevice,
  growth,
  parameterCount,
  rooflinePoints,
  SINGLE_DEVICE,
  systemFor,
  trafficBytes,
  type Device,
  type Engine,
  type Group,
  type Growth,
  type Model,
  type Network,
  type Operator,
  type Transformer,
} from "../../core/index.ts";
import { answerTokens } from "./answer-tokens.ts";
import { currentCatalogue } from "./current-catalogue.ts";
import { batchEngines, enginesFor } from "./engines.ts";
import type { Parts } from "./messages.ts";
import { modelOf, type ModelChoice } from "./models.ts";
import { accepted } from "./refusal.ts";
import { workloadNamed } from "./workloads.ts";

export interface ModelQuestion {
  readonly model: ModelChoice;
  readonly phase: "prefill" | "decode";
  readonly batch: number;
  readonly tokens: number;
  readonly devices: readonly string[];
}

export interface OperatorRow {
  readonly name: string;
  readonly count: number;
  /** Of all times it is done. */
  readonly flops: number;
  readonly bytes: number;
}

export interface GroupRow {
  readonly group: Group;
  readonly flops: number;
  readonly bytes: number;
  readonly operators: readonly OperatorRow[];
}

export interface Roof {
  readonly device: string;
  readonly name: string;
  /** FLOP/s in the format of the weights' arithmetic, and bytes a second, of one device. */
  readonly peak: number;
  readonly bandwidth: number;
  /** Devices one replica is split over to fit; null where none of the splits tried fits. */
  readonly split: number | null;
  /** What runs it there; null where nothing does. */
  readonly engine: string | null;
  readonly points: readonly RoofPoint[];
}

export interface RoofPoint {
  readonly name: string;
  readonly group: Group;
  readonly intensity: number;
  readonly rate: number;
  readonly share: number;
}

export interface HeatCell {
  readonly batch: number;
  /** Null of a network, which has none. */
  readonly tokens: number | null;
  readonly flops: number;
  readonly bytes: number;
}

export interface ModelView {
  readonly name: string;
  readonly parameters: number;
  readonly active: number | null;
  readonly groups: readonly GroupRow[];
  readonly growth: Growth["doubled"] | null;
  readonly heat: readonly HeatCell[];
  readonly roofs: readonly Roof[];
}

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256];
const LENGTHS = [128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768];
const SPLITS = [1, 2, 4, 8, 16];

export async function* modelAnswer(question: ModelQuestion): Parts<ModelView> {
  const model = await modelOf(question.model);
  const view: ModelView = {
    name: model.name,
    ...sizesOf(model),
    groups: groupsOf(operatorsOf(model, question)),
    growth: null,
    heat: [],
    roofs: [],
  };
  yield view;
  if (model.kind === "network") {
    const roofs = question.devices.map((device) => networkRoof(model, device, question.batch));
    yield { ...view, roofs, heat: networkHeat(model) };
    return;
  }
  const roofs = question.devices.map((device) => roofOf(model, device, question));
  yield { ...view, roofs };
  const doubled = growth({ model, step: stepOf(question) }).doubled;
  yield { ...view, roofs, growth: doubled };
  yield { ...view, roofs, growth: doubled, heat: heatOf(model, question) };
}

function sizesOf(model: Model): Pick<ModelView, "parameters" | "active"> {
  const { total, active } = parameterCount(model);
  return { parameters: total, active: active === total ? null : active };
}

function operatorsOf(model: Model, question: ModelQuestion): readonly Operator[] {
  return model.kind === "network"
    ? expandNetwork(model, question.batch, model.numerics)
    : expand({ model, step: stepOf(question) });
}

function stepOf({ phase, batch, tokens }: Omit<ModelQuestion, "model" | "devices">) {
  const query = phase === "decode" ? 1 : tokens;
  return { segments: [{ sequences: batch, query, prefix: tokens - query }] };
}

function groupsOf(operators: readonly Operator[]): readonly GroupRow[] {
  return [...new Set(operators.map(({ group }) => group))].map((group) => {
    const members = operators.filter((operator) => operator.group === group);
    return {
      group,
      flops: flopsOf(members),
      bytes: trafficBytes(members),
      operators: members.map((operator) => ({
        name: operator.name,
        count: operator.count,
        flops: operator.count * operator.flops,
        bytes: operator.count * (operator.read + operator.written),
      })),
    };
  });
}

function heatOf(model: Transformer, { phase }: ModelQuestion): readonly HeatCell[] {
  return BATCHES.flatMap((batch) =>
    LENGTHS.map((tokens) =>
      cellOf({ batch, tokens }, expand({ model, step: stepOf({ phase, batch, tokens }) })),
    ),
  );
}

/** A network grows with its batch alone. */
function networkHeat(model: Network): readonly HeatCell[] {
  return BATCHES.map((batch) =>
    cellOf({ batch, tokens: null }, expandNetwork(model, batch, model.numerics)),
  );
}

function cellOf(at: Pick<HeatCell, "batch" | "tokens">, operators: readonly Operator[]): HeatCell {
  return { ...at, flops: flopsOf(operators), bytes: trafficBytes(operators) };
}

function flopsOf(operators: readonly Operator[]): number {
  return operators.reduce((total, { count, flops }) => total + count * flops, 0);
}

/** The device's roof, and each operator under it, on the smallest split that fits. */
function roofOf(model: Transformer, name: string, question: ModelQuestion): Roof {
  const device = accepted(findDevice(currentCatalogue(), name));
  const [engine] = enginesFor(device);
  const bare = bareRoof(model, device, engine);
  if (engine === undefined) return bare;
  const system = systemFor(currentCatalogue(), device);
  const chat = workloadNamed("chat");
  for (const tensor of SPLITS) {
    const answer = estimate({
      model,
      system,
      placement: {
        parallel: { ...SINGLE_DEVICE, tensor },
        replicas: 1,
        numerics: model.numerics,
        engine,
      },
      load: {
        input: { ...chat.input, mean: question.tokens },
        output: { ...chat.output, mean: answerTokens(question.tokens) },
        cached: 0,
        concurrency: question.batch,
      },
    });
    if (answer.kind === "infeasible") continue;
    const points = rooflinePoints(answer).filter(({ phase }) => phase === question.phase);
    return { ...bare, split: tensor, points };
  }
  return bare;
}

/** A network runs whole on one device. */
function networkRoof(model: Network, name: string, batch: number): Roof {
  const device = accepted(findDevice(currentCatalogue(), name));
  const [engine] = batchEngines();
  const bare = bareRoof(model, device, engine);
  if (engine === undefined) return bare;
  const answer = estimateBatch({
    model,
    system: systemFor(currentCatalogue(), device),
    placement: { parallel: SINGLE_DEVICE, replicas: 1, numerics: model.numerics, engine },
    batch,
    input: 0,
    output: 0,
  });
  if (answer.kind === "infeasible") return bare;
  const points = rooflinePoints({ prefill: answer.operators, decode: answer.decode });
  return { ...bare, split: 1, points };
}

/** A roof with nothing under it. */
function bareRoof(model: Model, device: Device, engine: Engine | undefined): Roof {
  return {
    device: device.id,
    name: device.name,
    peak: device.peak[model.numerics.compute.linear] ?? 0,
    bandwidth: device.memory?.bandwidth ?? 0,
    split: null,
    engine: engine?.id ?? null,
    points: [],
  };
}
