/** Options that say how tokens are drafted ahead of the model that verifies them. */
import type { Command } from "commander";
import {
  DRAFT_METHODS,
  drafts,
  type Catalogue,
  type DraftMethod,
  type Engine,
  type Speculation,
  type Transformer,
} from "../core/index.ts";
import { choiceFlag, countFlag, shareFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";
import { modelFrom } from "./model-input.ts";
import type { Shell } from "./shell.ts";

export interface SpeculationOptions {
  readonly speculate?: DraftMethod;
  readonly draftModel?: string;
  readonly draftTokens?: number;
  readonly acceptance?: number;
}

export function addSpeculationOptions(command: Command): Command {
  return command
    .option(
      "--speculate <how>",
      `draft tokens and verify them together: ${DRAFT_METHODS.join(", ")}`,
      choiceFlag("--speculate", DRAFT_METHODS),
    )
    .option("--draft-model <model>", "the model that drafts, of the same vocabulary")
    .option("--draft-tokens <n>", "tokens drafted a step", countFlag("--draft-tokens"))
    .option(
      "--acceptance <share>",
      "drafted tokens accepted, given those before (default: as published, with its spread)",
      shareFlag("--acceptance"),
    );
}

/**
 * How to speculate; undefined where nobody asked for it.
 *
 * Errors: a draft model that is missing, not wanted, or no language model; details of drafts that nobody asked for.
 */
export async function speculationFrom(
  options: SpeculationOptions,
  catalogue: Catalogue,
  shell: Shell,
): Promise<Speculation | undefined> {
  const { draftModel, draftTokens: drafted, acceptance } = options;
  const method = options.speculate ?? (draftModel === undefined ? undefined : "draft-model");
  if (method === undefined) {
    if (drafted === undefined && acceptance === undefined) return undefined;
    throw inputError("--speculate", `one of ${DRAFT_METHODS.join(", ")}`, undefined);
  }
  const isOther = method === "draft-model";
  if (isOther !== (draftModel !== undefined)) {
    const wanted = isOther ? "the model that drafts" : `none beside --speculate ${method}`;
    throw inputError("--draft-model", wanted, draftModel);
  }
  const model =
    draftModel === undefined ? {} : { model: await draftFrom(draftModel, catalogue, shell) };
  return drafts(method, {
    ...model,
    ...(drafted === undefined ? {} : { drafted }),
    ...(acceptance === undefined ? {} : { acceptance }),
  });
}

async function draftFrom(name: string, catalogue: Catalogue, shell: Shell): Promise<Transformer> {
  const model = await modelFrom(name, catalogue, shell);
  if (model.kind === "transformer") return model;
  throw inputError("--draft-model", "a model that writes text", name);
}

/** The engine with its drafts; itself where there are none. */
export function speculating(engine: Engine, speculation: Speculation | undefined): Engine {
  return speculation === undefined ? engine : { ...engine, speculation };
}
