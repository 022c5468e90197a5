/** A development model in order, with made-up samples for it. */
import { decodeOnnxFile, encodeOnnxFile, inferValues } from "../core/model/onnx/index.ts";
import { Draft, generatedSamples, inputsOf, type Tensors } from "../core/optimise/index.ts";
import type { DevelopmentModel } from "./_development.ts";

export interface ReadyModel {
  /** Its nodes in an order that every reader takes. */
  readonly bytes: Uint8Array;
  readonly samples: (count: number, seed: number) => readonly Tensors[];
}

/** Null where its file cannot be fetched. */
export async function ready({ id, sizes, file }: DevelopmentModel): Promise<ReadyModel | null> {
  const bytes = file();
  if (bytes === null) return null;
  const decoded = await decodeOnnxFile(bytes);
  if (!decoded.ok) throw new Error(`${id}: ${decoded.error.expected}`);
  const model = Draft.of(decoded.value).sealed();
  const values = inferValues(model, sizes);
  if (!values.ok || model.graph === undefined) throw new Error(`${id}: ${JSON.stringify(values)}`);
  const shapes = [...values.value].map(([name, { shape }]) => ({
    name,
    shape: (shape ?? []).map((size) => (typeof size === "number" ? size : 1)),
  }));
  const inputs = inputsOf(model.graph, shapes);
  return {
    bytes: encodeOnnxFile(model),
    samples: (count, seed) => generatedSamples(inputs, count, seed),
  };
}
