/** What both machines of a claim are predicted on: images, text that is read, text that is written. */
import {
  catalogue,
  decodeModelEntry,
  findModel,
  numerics,
  rateRatio,
  type Infeasible,
  type Interval,
  type ModelEntry,
  type Pair,
} from "../core/index.ts";
import { enginesFrom } from "./engine-options.ts";
import { accepted } from "./input-error.ts";

export interface Predicted {
  readonly workload: string;
  readonly answer: Interval | Infeasible;
}

const WORKLOADS = [
  { model: "resnet-50", batch: 64, input: 1, output: 0, about: "ResNet-50, 64 images" },
  { model: "bert-large", batch: 32, input: 384, output: 0, about: "BERT Large, 32 of 384 tokens" },
  {
    model: "meta-llama/Llama-3.1-8B",
    batch: 8,
    input: 1024,
    output: 128,
    about: "Llama 3.1 8B, 8 answers",
  },
] as const;

/** Inference in BF16, a copy on each device, in batches without a queue. */
export function predictions(pair: Pair): readonly Predicted[] {
  const [engine] = enginesFrom(catalogue, ["static"]);
  const entries = catalogue.models as readonly ModelEntry[];
  return WORKLOADS.flatMap(({ model: id, about, ...shape }) => {
    if (engine === undefined) return [];
    const { entry } = accepted(findModel(entries, id), id);
    const model = accepted(decodeModelEntry(entry), id);
    const workload = { model, numerics: accepted(numerics("bf16"), id), engine, shape };
    return [{ workload: about, answer: rateRatio(pair, workload) }];
  });
}
