/** Words that the files of this folder share about nodes. */
import type { NodeProto } from "onnx-buf";

/** Domain of the operators that ONNX Runtime adds to the standard's. */
export const CONTRIB = "com.microsoft";

/** What a node is called to people: its name, else what it writes. */
export function label(node: NodeProto): string {
  return node.name === "" ? (node.output[0] ?? "") : node.name;
}
