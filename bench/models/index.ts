/** Architectures of the literature as ONNX files with weights from a seed: what optimising is developed on. */
import { bertBase, miniLmL6 } from "./bert.ts";
import { gpt2 } from "./gpt2.ts";
import { mobilenet } from "./mobilenet.ts";
import { resnet50 } from "./resnet.ts";
import { vitB16 } from "./vit.ts";

export interface GeneratedModel {
  readonly id: string;
  /** Sizes that the file leaves open, as they are measured. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The bytes of the file; the same at every call. */
  readonly file: () => Uint8Array;
}

const one = { batch_size: 1 };

export const GENERATED: readonly GeneratedModel[] = [
  { id: "resnet-50", sizes: one, file: resnet50 },
  { id: "mobilenet-v2", sizes: one, file: mobilenet },
  { id: "bert-base-s128", sizes: { ...one, sequence_length: 128 }, file: bertBase },
  { id: "minilm-l6-s128", sizes: { ...one, sequence_length: 128 }, file: miniLmL6 },
  { id: "minilm-l6-s16", sizes: { ...one, sequence_length: 16 }, file: miniLmL6 },
  {
    id: "gpt2-decode-256",
    sizes: { ...one, sequence_length: 1, past_sequence_length: 256 },
    file: gpt2,
  },
  { id: "vit-b-16", sizes: one, file: vitB16 },
];
