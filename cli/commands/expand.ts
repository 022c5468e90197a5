import {
  expand,
  expandNetwork,
  growth,
  inputTokens,
  networkGrowth,
  type Growth,
  type Model,
  type Network,
  type NetworkGrowth,
  type OnnxSizes,
  type Operator,
  type Step,
  type Transformer,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { choiceFlag, countFlag } from "../flags.ts";
import { InputError } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addNumericsOptions, numericsFrom, type NumericsOptions } from "../numerics-options.ts";
import { costOf, groupTable, growthTable, operatorTable } from "../operator-tables.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";
import { addSplitOptions, parallelFrom, type SplitOptions } from "../split-options.ts";

const PHASES = ["prefill", "decode", "encode"] as const;

interface Options extends SplitOptions, NumericsOptions, SizeOptions {
  readonly phase: (typeof PHASES)[number];
  readonly batch: number;
  readonly tokens: number;
  readonly growth?: true;
  readonly catalogue?: string;
}

export const expandCommand: CommandModule = {
  examples: [
    "tenlane expand Qwen/Qwen3-32B",
    "tenlane expand Qwen/Qwen3-32B --phase decode --batch 64 --tokens 8192 --precision fp8 --tp 4",
    "tenlane expand Qwen/Qwen3-32B --growth",
    "tenlane expand ./model.onnx --dim sequence=512 --batch 8",
  ],
  declare: (command, shell, show) => {
    command
      .argument("<model>", MODEL_ARGUMENT)
      .option("--phase <phase>", PHASES.join(", "), choiceFlag("--phase", PHASES), "prefill")
      .option("--batch <n>", "sequences or samples", countFlag("--batch"), 1)
      .option(
        "--tokens <n>",
        "tokens of a sequence, the new ones included",
        countFlag("--tokens"),
        1024,
      )
      .option("--growth", "show how cost grows when a dimension doubles");
    addSizeOption(addSplitOptions(addNumericsOptions(command)))
      .addOption(catalogueOption())
      .action(async (name: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        const read = (sizes: OnnxSizes) => modelFrom(name, catalogue, shell, sizes);
        const model = await read(options.dim ?? {});
        const grown = options.growth === true ? await growthOf(model, options, read) : null;
        show(expandAnswer(model, options, grown));
      });
  },
};

function expandAnswer(
  model: Model,
  options: Options,
  grown: Growth | NetworkGrowth | null,
): Answer {
  const operators = operatorsOf(model, options);
  return {
    json: {
      operators,
      total: costOf(operators),
      ...(grown === null ? {} : { growth: grown }),
    },
    text: (shell) =>
      [
        laidOut(operatorTable(operators), shell),
        laidOut(groupTable(operators), shell),
        ...(grown === null ? [] : [laidOut(growthTable(grown), shell)]),
      ].join("\n"),
  };
}

function operatorsOf(model: Model, options: Options): readonly Operator[] {
  const numerics = numericsFrom(options, model);
  if (model.kind === "network") return expandNetwork(model, options.batch, numerics);
  const parallel = parallelFrom(options, model);
  return expand({ model, step: stepOf(model, options), parallel, numerics });
}

type Read = (sizes: OnnxSizes) => Promise<Model>;

async function growthOf(
  model: Model,
  options: Options,
  read: Read,
): Promise<Growth | NetworkGrowth> {
  if (model.kind === "transformer") return growth({ model, step: stepOf(model, options) });
  const { sizes = {} } = model;
  const twice: Record<string, Network> = {};
  for (const [name, size] of Object.entries(sizes)) {
    const grown = await orNone(read({ ...sizes, [name]: 2 * size }));
    if (grown?.kind === "network") twice[name] = grown;
  }
  return networkGrowth(model, options.batch, twice);
}

/** Graphs that fix sizes inside run on no other: such a size has no growth. */
function orNone(model: Promise<Model>): Promise<Model | null> {
  return model.catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
}

/** Prefill computes all tokens of a sequence, decode the last; encode runs the first stack. */
function stepOf(model: Transformer, { phase, batch, tokens }: Options): Step {
  const [first] = model.stacks;
  if (phase === "encode" && first !== undefined) {
    const query = inputTokens(first) ?? tokens;
    return { segments: [{ sequences: batch, query, prefix: 0 }], stack: 0 };
  }
  const source =
    first === undefined || model.stacks.length < 2 ? 0 : (inputTokens(first) ?? tokens);
  const query = phase === "decode" ? 1 : tokens;
  const segment = { sequences: batch, query, prefix: tokens - query };
  return { segments: [source > 0 ? { ...segment, source } : segment] };
}
