/** An ONNX file as a network: its graph at given sizes, node by node. */
import type { GraphProto, ModelProto } from "onnx-buf";
import { ok, refuse, type Result } from "../../result.ts";
import type { ByteSource } from "../byte-source.ts";
import type { Network } from "../network.ts";
import { decodeOnnxFile } from "./codec.ts";
import { dimText } from "./_dim.ts";
import { networkFormats } from "./_formats.ts";
import { openSizes, sizesTried, type OpenSize } from "./_open-sizes.ts";
import type { Scope } from "./_scope.ts";
import { skim } from "./_skim.ts";
import { Walk } from "./_walk.ts";

/** Sizes that a graph leaves open, by the names it gives them. */
export type OnnxSizes = Readonly<Record<string, number>>;

/**
 * The network of an ONNX file, opset 7 and later. Weights are not read, in the file or beside it.
 *
 * Sizes that are open and not given are assumed, and listed: one for a batch, and else the smallest usual size the graph can run on.
 *
 * Errors: bytes that are no ONNX, a graph that is not in order, sizes that do not fit together, a size
 * given by a name the graph has not.
 */
export async function readOnnx(
  source: ByteSource,
  given: { readonly source: string; readonly sizes?: OnnxSizes },
): Promise<Result<Network>> {
  const thin = await skim(source);
  if (!thin.ok) return thin;
  const model = await decodeOnnxFile(thin.value);
  if (!model.ok) return model;
  const { graph } = model.value;
  if (graph === undefined || graph.node.length + graph.output.length === 0) {
    return refuse(["graph"], "a graph", graph === undefined ? "none" : "no nodes");
  }
  const open = openSizes(graph);
  const unknown = Object.keys(given.sizes ?? {}).find((name) => !open.has(name));
  if (unknown !== undefined) {
    const names =
      open.size === 0 ? "no size: none is open" : `one of ${[...open.keys()].join(", ")}`;
    return refuse(["sizes"], names, unknown);
  }
  return walked(model.value, graph, { ...given, open, bytesMax: source.size });
}

interface Asked {
  readonly source: string;
  readonly sizes?: OnnxSizes;
  readonly open: ReadonlyMap<string, OpenSize>;
  readonly bytesMax: number;
}

function walked(model: ModelProto, graph: GraphProto, asked: Asked): Result<Network> {
  const { bytesMax, open } = asked;
  let first: Result<Network> | null = null;
  for (const sizes of sizesTried(open, asked.sizes ?? {})) {
    const walk = new Walk(model, { sizes, isNumeric: true, bytesMax });
    const scope = walk.main(graph);
    if (walk.problem === null) return ok(networkOf({ model, graph, walk, scope, sizes, asked }));
    first ??= { ok: false, error: walk.problem };
  }
  return first ?? refuse(["graph"], "sizes to run on", "none");
}

function networkOf(read: {
  readonly model: ModelProto;
  readonly graph: GraphProto;
  readonly walk: Walk;
  readonly scope: Scope;
  readonly sizes: ReadonlyMap<string, number>;
  readonly asked: Asked;
}): Network {
  const { model, graph, walk, scope, sizes, asked } = read;
  const { nodes, numerics } = networkFormats(walk.emissions.nodes);
  const given = asked.sizes ?? {};
  const assumed = [...sizes].filter(([name]) => !Object.hasOwn(given, name));
  const total = walk.stored.reduce((sum, each) => sum + each.elements, walk.emissions.unpacked);
  const used = nodes.reduce(
    (sum, node) => (node.shared === true ? sum : sum + node.count * node.parameters),
    0,
  );
  const held = new Set(graph.initializer.map(({ name }) => name));
  const name = fileName(asked.source);
  return {
    kind: "network",
    id: name,
    name: graph.name === "" ? name : `${name} (${graph.name})`,
    source: asked.source,
    numerics,
    inputs: graph.input
      .filter((each) => !held.has(each.name))
      .map((each) => ({
        name: each.name,
        shape: shapeOf(scope, each.name),
      })),
    outputs: outputsOf(model, graph, { scope, asked }),
    nodes,
    ...(total > used ? { idle: total - used } : {}),
    opsets: model.opsetImport.map(({ domain, version }) => ({
      domain: domain === "" ? "ai.onnx" : domain,
      version: Number(version),
    })),
    sizes: Object.fromEntries(sizes),
    assumptions: [
      ...assumed.map(([size, value]) => `"${size}" is ${value}: --dim ${size}=... sets it`),
      ...walk.assumptions,
    ],
  };
}

/** Results at the sizes counted on, and as the graph's own symbols say them. */
function outputsOf(
  model: ModelProto,
  graph: GraphProto,
  { scope, asked }: { readonly scope: Scope; readonly asked: Asked },
): NonNullable<Network["outputs"]> {
  const walk = new Walk(model, { sizes: new Map(), isNumeric: false, bytesMax: asked.bytesMax });
  const open = asked.open.size > 0 ? walk.main(graph) : scope;
  const symbolic = walk.problem === null ? open : scope;
  return graph.output.map(({ name }) => ({
    name,
    shape: shapeOf(scope, name),
    sizes: symbolic.get(name)?.shape?.map(dimText) ?? [],
  }));
}

function shapeOf(scope: Scope, name: string): readonly number[] {
  return scope.get(name)?.shape?.map((size) => (typeof size === "number" ? size : 0)) ?? [];
}

function fileName(source: string): string {
  return source.replace(/^.*[/\\]/u, "").replace(/\.onnx$/iu, "");
}
