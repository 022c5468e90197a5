/** What the machines of a claim are compared on: images, text that is read, text that is written. */
import type { ClaimBatch } from "../../core/index.ts";

export const CLAIM_BATCHES: readonly ClaimBatch[] = [
  {
    model: "resnet-50",
    shape: { batch: 64, input: 1, output: 0 },
    about: "ResNet-50, 64 images",
  },
  {
    model: "bert-large",
    shape: { batch: 32, input: 384, output: 0 },
    about: "BERT Large, 32 of 384 tokens",
  },
  {
    model: "meta-llama/Llama-3.1-8B",
    shape: { batch: 8, input: 1024, output: 128 },
    about: "Llama 3.1 8B, 8 answers",
  },
];
