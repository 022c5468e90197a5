import {
  deviceCount,
  estimate,
  findDevice,
  offersFor,
  systemFor,
  type Catalogue,
  type Device,
  type Engine,
  type Model,
  type Offer,
  type Parallel,
  type Query,
  type System,
} from "../../core/index.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { enginesFrom } from "../engine-options.ts";
import { estimateAnswer } from "../estimate-answer.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addNumericsOptions, numericsFrom, type NumericsOptions } from "../numerics-options.ts";
import type { Shell } from "../shell.ts";
import { addSplitOptions, parallelFrom, type SplitOptions } from "../split-options.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options extends SplitOptions, NumericsOptions, WorkloadOptions {
  readonly device: string;
  readonly engine?: string;
  readonly replicas: number;
  readonly concurrency: number;
  readonly rate?: number;
  readonly offer?: string;
  readonly grid?: string;
  readonly operators?: true;
  readonly catalogue?: string;
}

export const estimateCommand: CommandModule = {
  examples: [
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --tp 2",
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --precision fp8 --concurrency 32 --operators",
    "tenlane estimate Qwen/Qwen3-32B --device h200-sxm --workload retrieval --rate 2/s --json",
  ],
  declare: (command, shell, show) => {
    command
      .argument("<model>", MODEL_ARGUMENT)
      .requiredOption("--device <name>", "a device of the catalogue")
      .option("--engine <name>", "serving engine (default: vllm where it runs)")
      .option("--replicas <n>", "independent copies", countFlag("--replicas"), 1)
      .option(
        "--concurrency <n>",
        "requests in flight on one replica",
        countFlag("--concurrency"),
        1,
      )
      .option("--rate <rate>", "requests a second on one replica", quantityFlag("--rate", "rate"))
      .option("--offer <id>", "what is paid; the cheapest on demand if not given")
      .option("--grid <place>", "where it stands: gcp/europe-north1, world, ...")
      .option("--operators", "show the time of every operator");
    addWorkloadOptions(addNumericsOptions(addSplitOptions(command)))
      .addOption(catalogueOption())
      .action(async (name: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        const model = await modelFrom(name, catalogue, shell);
        const query = await queryOf({ model, catalogue, options, shell });
        const answer = estimate(query);
        show(estimateAnswer(query, answer, options.operators === true));
      });
  },
};

async function queryOf(asked: {
  readonly model: Model;
  readonly catalogue: Catalogue;
  readonly options: Options;
  readonly shell: Shell;
}): Promise<Query> {
  const { model, catalogue, options, shell } = asked;
  const { input, output, cached } = await workloadFrom(options, shell);
  const device = accepted(findDevice(catalogue, options.device), "--device");
  const parallel = splitOf(options, model);
  const { replicas, concurrency, rate } = options;
  return {
    model,
    system: systemOf(catalogue, device, parallel, options),
    placement: {
      parallel,
      replicas,
      numerics: numericsFrom(options, model),
      engine: engineFor(catalogue, device, options.engine),
    },
    load: { input, output, cached, concurrency, ...(rate === undefined ? {} : { rate }) },
  };
}

function splitOf(options: Options, model: Model): Parallel {
  if (model.kind === "transformer") return parallelFrom(options, model);
  const { tp: tensor, pp: pipeline, dp: data, ep: expert } = options;
  return { tensor, pipeline, data, expert };
}

function systemOf(
  catalogue: Catalogue,
  device: Device,
  parallel: Parallel,
  { offer: id, grid: gridId }: Options,
): System {
  const offers = offersFor(catalogue, device.id);
  const offer = id === undefined ? cheapest(offers, deviceCount(parallel)) : named(offers, id);
  return systemFor(catalogue, device, {
    ...(offer === undefined ? {} : { offer }),
    ...(gridId === undefined ? {} : { gridId }),
  });
}

/** The cheapest a device-hour that holds a whole replica, else of those that do not. */
function cheapest(offers: readonly Offer[], devices: number): Offer | undefined {
  const rented = offers.filter(({ kind }) => kind === "on-demand");
  return rented.find(({ count, slice }) => slice === true || count >= devices) ?? rented[0];
}

function named(offers: readonly Offer[], id: string): Offer {
  const offer = offers.find((each) => each.id === id);
  if (offer !== undefined) return offer;
  throw inputError("--offer", `one of ${offers.map((each) => each.id).join(", ")}`, id);
}

const ENGINE_USUAL = "vllm";

function engineFor(catalogue: Catalogue, { vendor }: Device, name: string | undefined): Engine {
  const engines = enginesFrom(catalogue, name === undefined ? undefined : [name]);
  const running = engines.filter(({ vendors }) => vendors.includes(vendor));
  const engine = running.find(({ id }) => id === ENGINE_USUAL) ?? running[0];
  if (engine !== undefined) return engine;
  throw inputError("--engine", `an engine that runs on devices of ${vendor}`, name);
}
