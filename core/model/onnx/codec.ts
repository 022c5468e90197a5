/**
 * ONNX files as the messages of their schema, and back, byte for byte: fields unknown to the schema
 * are kept, and weights are views of the bytes given.
 */
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, type ModelProto } from "onnx-buf";
import { ok, refuse, type Result } from "../../result.ts";

/**
 * The message in `bytes`; a promise, because a rejected one is how a thrown error becomes a value here.
 *
 * Errors: bytes that are no ONNX message, or one nested more than a hundred deep.
 */
export function decodeOnnxFile(bytes: Uint8Array): Promise<Result<ModelProto>> {
  return Promise.resolve(bytes)
    .then((all) => fromBinary(ModelProtoSchema, all))
    .then(ok, (error: unknown) =>
      refuse([], "an ONNX message", error instanceof Error ? error.message : error),
    );
}

/** The bytes of `model`: those it was decoded from, where nothing was changed. */
export function encodeOnnxFile(model: ModelProto): Uint8Array {
  return toBinary(ModelProtoSchema, model);
}
