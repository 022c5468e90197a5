/** What a graph takes, and what each input seems to be for. */
import type { GraphProto, NodeProto, ValueInfoProto } from "onnx-buf";
import { dimsOf, ELEMENT } from "../tensor.ts";

/**
 * - `picture`: colours by place; `line`: the same of a line of text, far wider than high.
 * - `sound`: one long wave.
 * - `tokens`: numbers of words, below `range`; `mask`: which of them count; `places`: 0, 1, 2, ...; `zeros`.
 * - `sizes`: lengths of another input, as numbers; `ones`: scales.
 * - `state`: what an earlier run left.
 * - `numbers`: anything else.
 */
export type InputRole =
  | "picture"
  | "line"
  | "sound"
  | "tokens"
  | "mask"
  | "places"
  | "zeros"
  | "ones"
  | "sizes"
  | "rate"
  | "state"
  | "numbers";

export interface ModelInput {
  readonly name: string;
  readonly type: number;
  readonly dims: readonly number[];
  readonly role: InputRole;
  /** Of tokens: they are below. */
  readonly range: number;
}

/** Inputs that a caller must give, at the sizes that `shapes` has. */
export function inputsOf(
  graph: GraphProto,
  shapes: readonly { readonly name: string; readonly shape: readonly number[] }[],
): readonly ModelInput[] {
  const held = new Set(graph.initializer.map(({ name }) => name));
  return graph.input
    .filter(({ name }) => !held.has(name))
    .map((input) => {
      const { name } = input;
      const dims = shapes.find((each) => each.name === name)?.shape ?? [];
      const type = typeOf(input);
      const range = vocabulary(graph, name);
      const role = ROLES.find(([is]) => is({ name, type, dims, range }))?.[1] ?? "numbers";
      return { name, type, dims, role, range: range > 0 ? range : 2 };
    });
}

function typeOf(input: ValueInfoProto): number {
  const { value } = input.type ?? {};
  return value?.case === "tensorType" ? value.value.elemType : 0;
}

type Asked = Omit<ModelInput, "role">;

const WHOLE: ReadonlySet<number> = new Set([ELEMENT.int64, ELEMENT.int32]);
const COLOURS = new Set([1, 3, 4]);
const PICTURE_SIDE_LEAST = 8;
const LINE_HEIGHT_MAX = 64;
const SOUND_LEAST = 256;

const isWhole = ({ type }: Asked) => WHOLE.has(type);
const named =
  (pattern: RegExp) =>
  ({ name }: Asked) =>
    pattern.test(name);
const longest = ({ dims }: Asked) => Math.max(1, ...dims);

/** The first that holds. */
const ROLES: readonly (readonly [is: (asked: Asked) => boolean, role: InputRole])[] = [
  [named(/mask/iu), "mask"],
  [(asked) => isWhole(asked) && named(/type|segment/iu)(asked), "zeros"],
  [(asked) => isWhole(asked) && named(/position/iu)(asked), "places"],
  [(asked) => isWhole(asked) && asked.range > 0, "tokens"],
  [(asked) => isWhole(asked) && named(/^sr$|rate/iu)(asked), "rate"],
  [(asked) => isWhole(asked) && asked.dims.length >= 2 && named(/ids?$|token/iu)(asked), "tokens"],
  [isWhole, "sizes"],
  [({ type }) => type === ELEMENT.bool, "zeros"],
  [(asked) => named(/scale/iu)(asked) && longest(asked) <= 4, "ones"],
  [(asked) => named(/shape|size|len/iu)(asked) && longest(asked) <= 4, "sizes"],
  [named(/past|cache|state|hidden|^[hc]n?\d?$/iu), "state"],
  [(asked) => isLine(asked), "line"],
  [(asked) => sides(asked) !== null, "picture"],
  [(asked) => asked.dims.length <= 3 && isWave(asked), "sound"],
];

/** Height and width of what has the shape of a picture, its colours first or last; null of what has not. */
export function sides({ dims }: Pick<ModelInput, "dims">): {
  readonly height: number;
  readonly width: number;
  readonly colours: number;
  readonly areLast: boolean;
} | null {
  if (dims.length !== 4) return null;
  const [, first = 0, second = 0, third = 0] = dims;
  const areLast = !COLOURS.has(first) && COLOURS.has(third);
  if (!areLast && !COLOURS.has(first)) return null;
  const [height, width, colours] = areLast ? [first, second, third] : [second, third, first];
  if (height < PICTURE_SIDE_LEAST || width < PICTURE_SIDE_LEAST) return null;
  return { height, width, colours, areLast };
}

function isLine(asked: Asked): boolean {
  const found = sides(asked);
  return found !== null && found.height <= LINE_HEIGHT_MAX && found.width >= 2 * found.height;
}

function isWave(asked: Asked): boolean {
  const most = longest(asked);
  return most >= SOUND_LEAST && asked.dims.filter((size) => size > 1).length === 1;
}

/** Rows of the table that whole numbers are looked up in; 0 where they are not. */
function vocabulary(graph: GraphProto, input: string): number {
  const node = graph.node.find(
    ({ opType, input: [, indices] }) => opType === "Gather" && carried(graph, indices) === input,
  );
  const table = graph.initializer.find(({ name }) => name === tableOf(graph, node));
  const [rows = 0, ...others] = table === undefined ? [] : dimsOf(table);
  return others.length === 1 ? rows : 0;
}

const TABLE_CARRIERS: ReadonlySet<string> = new Set(["Cast", "DequantizeLinear", "Identity"]);

function tableOf(graph: GraphProto, node: NodeProto | undefined): string {
  const name = node?.input[0] ?? "";
  const producer = graph.node.find(({ output }) => output.includes(name));
  if (producer === undefined || !TABLE_CARRIERS.has(producer.opType)) return name;
  return producer.input[0] ?? "";
}

/** The input that a value is, seen through casts and new shapes. */
function carried(graph: GraphProto, value: string | undefined): string {
  let name = value ?? "";
  for (let steps = 0; steps < 4; steps += 1) {
    const node = graph.node.find(({ output }) => output.includes(name));
    if (node === undefined || !["Cast", "Reshape", "Identity"].includes(node.opType)) return name;
    name = node.input[0] ?? "";
  }
  return name;
}
