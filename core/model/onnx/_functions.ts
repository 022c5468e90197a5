/** Functions of a model and the operator sets that it, or they, are written in. */
import type { FunctionProto, ModelProto, OperatorSetIdProto } from "onnx-buf";

export function functionsOf({ functions }: ModelProto): ReadonlyMap<string, FunctionProto> {
  return new Map(
    functions.map((each) => [functionKey(each.domain, each.name, each.overload), each]),
  );
}

/** What a node calls a function by. */
export function functionKey(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain === "ai.onnx" ? "" : domain, name, overload]);
}

/** Version of each operator set, by domain. */
export function versionsOf(imports: readonly OperatorSetIdProto[]): ReadonlyMap<string, number> {
  return new Map(
    imports.map(({ domain, version }) => [domain === "ai.onnx" ? "" : domain, Number(version)]),
  );
}
