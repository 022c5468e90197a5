import {
  parameterCount,
  PARAMETER_GROUPS,
  quantityText,
  sequenceCache,
  significant,
  SINGLE_DEVICE,
  weightBytes,
  type Model,
  type Numerics,
  type ParameterCount,
  type Stack,
  type Table,
  type Transformer,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { laidOut } from "../layout.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { paint } from "../paint.ts";
import type { Shell } from "../shell.ts";
import { graphOverview, graphTable } from "../graph-tables.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";

interface Options extends SizeOptions {
  readonly catalogue?: string;
}

export const read: CommandModule = {
  examples: [
    "tenlane read Qwen/Qwen3-32B",
    "tenlane read ./config.json",
    "tenlane read ./model.onnx --dim batch=8 --dim sequence=128",
    "tenlane read Qwen/Qwen3-32B --json",
  ],
  declare: (command, shell, show) => {
    addSizeOption(command.argument("<model>", MODEL_ARGUMENT))
      .addOption(catalogueOption())
      .action(async (name: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        show(modelAnswer(await modelFrom(name, catalogue, shell, options.dim)));
      });
  },
};

function modelAnswer(model: Model): Answer {
  const parameters = parameterCount(model);
  return {
    json: { model, parameters },
    text: (shell) =>
      [
        `${paint(shell, "bold", model.name)}  (${model.source})`,
        "",
        ...overview(model, parameters).map(([name, text]) => `  ${name.padEnd(13)}${text}`),
        "",
        laidOut(model.kind === "network" ? graphTable(model) : parameterTable(parameters), shell),
        ...notes(model, shell),
      ].join("\n"),
  };
}

function overview(
  model: Model,
  parameters: ParameterCount,
): readonly (readonly [string, string])[] {
  const structure: readonly (readonly [string, string])[] =
    model.kind === "network"
      ? [["nodes", String(model.nodes.length)], ...graphOverview(model)]
      : model.stacks.map((stack) => [stack.role, stackText(stack)]);
  const context = model.kind === "transformer" ? model.contextMax : undefined;
  return [
    ...structure,
    ...(context === undefined ? [] : [["context", quantityText(context, "tokens")] as const]),
    ["parameters", quantityText(parameters.total, "count")],
    ...(parameters.active === parameters.total
      ? []
      : [["active", quantityText(parameters.active, "count")] as const]),
    ["formats", numericsText(model.numerics)],
    ...(model.kind === "transformer" ? memoryLines(model) : []),
  ];
}

/** What one device holds of the whole model, and of a sequence between steps. */
function memoryLines(model: Transformer): readonly (readonly [string, string])[] {
  const { parts, state, perSourceToken } = sequenceCache({ model, parallel: SINGLE_DEVICE });
  const cache = [
    ...parts.map(({ bytesPerToken, limit }) => {
      const within = limit === null ? "" : ` up to ${quantityText(limit, "tokens")}`;
      return `${quantityText(bytesPerToken, "size")} a token${within}`;
    }),
    ...(perSourceToken > 0
      ? [`${quantityText(perSourceToken, "size")} a token of the source`]
      : []),
    ...(state > 0 ? [`${quantityText(state, "size")} whatever the length`] : []),
  ];
  const weights = weightBytes({ model, parallel: SINGLE_DEVICE });
  return [
    ["weights", quantityText(weights, "size")],
    ...(cache.length === 0 ? [] : [["cache", cache.join(", ")] as const]),
  ];
}

function stackText({ layers, hidden }: Stack): string {
  const count = layers.reduce((sum, run) => sum + run.count, 0);
  const mixers = new Set(layers.flatMap(({ layer }) => layer.mixers.map(({ kind }) => kind)));
  const experts = layers.flatMap(({ layer }) =>
    layer.feedForward?.kind === "experts"
      ? [`${layer.feedForward.active} of ${layer.feedForward.count} experts`]
      : [],
  );
  const parts = [...mixers, ...new Set(experts)].join(", ");
  return `${count} layers of ${hidden}: ${parts}`;
}

function numericsText({ name, linear, kv }: Numerics): string {
  return `${name}: weights ${linear.name} (${significant(linear.bits)} bits), cache ${kv.name}`;
}

function parameterTable({ groups, total }: ParameterCount): Table {
  const rows = PARAMETER_GROUPS.filter((group) => groups[group] > 0).map((group) => [
    group,
    quantityText(groups[group], "count"),
    quantityText(groups[group] / total, "fraction"),
  ]);
  return {
    columns: [
      { title: "part", align: "left" },
      { title: "parameters", align: "right" },
      { title: "share", align: "right" },
    ],
    rows,
  };
}

function notes(model: Model, shell: Shell): readonly string[] {
  const assumptions = model.assumptions ?? [];
  return assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}\n`);
}
