/** What the machines of a claim are compared on: images, text that is read, text that is written, and learning each. */
import type { ClaimBatch } from "../../core/index.ts";

export const CLAIM_BATCHES: readonly ClaimBatch[] = [
  {
    model: "resnet-50",
    use: "inference",
    shape: { batch: 64, input: 1, output: 0 },
    about: "ResNet-50, 64 images",
  },
  {
    model: "bert-large",
    use: "inference",
    shape: { batch: 32, input: 384, output: 0 },
    about: "BERT Large, 32 of 384 tokens",
  },
  {
    model: "meta-llama/Llama-3.1-8B",
    use: "inference",
    shape: { batch: 8, input: 1024, output: 128 },
    about: "Llama 3.1 8B, 8 answers",
  },
  {
    model: "resnet-50",
    use: "training",
    shape: { microBatch: 128, tokens: 1 },
    about: "ResNet-50, 128 images a device",
  },
  {
    model: "bert-large",
    use: "training",
    shape: { microBatch: 8, tokens: 512 },
    about: "BERT Large, 8 of 512 tokens a device",
  },
  {
    model: "meta-llama/Llama-3.2-1B",
    use: "training",
    shape: { microBatch: 2, tokens: 2048 },
    about: "Llama 3.2 1B, 2 of 2048 tokens a device",
  },
];
