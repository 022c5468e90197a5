import {
  decodeScenario,
  estimateBatch,
  findDevice,
  numerics,
  simulateDeadlines,
  SINGLE_DEVICE,
  systemFor,
  type Catalogue,
  type Infeasible,
  type Interval,
  type PeriodicTask,
  type Scenario,
  type ScenarioTask,
  type System,
} from "../../core/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { deadlinesAnswer } from "../deadlines-answer.ts";
import { documentOf } from "../documents.ts";
import { enginesFrom } from "../engine-options.ts";
import { choiceFlag, countFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { modelFrom } from "../model-input.ts";
import type { Shell } from "../shell.ts";
import { refusedAnswer } from "../simulate-answer.ts";

const ORDERS = ["priority", "earliest-deadline"] as const;
const ENGINE_USUAL = "static";

interface Options {
  readonly device?: string;
  readonly devices?: number;
  readonly duration?: string;
  readonly order?: (typeof ORDERS)[number];
  readonly engine?: string;
  readonly seed: number;
  readonly catalogue?: string;
}

export const deadlinesCommand: CommandModule = {
  examples: [
    "tenlane deadlines examples/scenarios/driving.json",
    "tenlane deadlines examples/scenarios/driving.json --device jetson-thor --devices 1 --json",
    "tenlane deadlines examples/scenarios/driving.json --order earliest-deadline --duration 1min",
  ],
  declare: (command, shell, show) => {
    command
      .argument("<scenario>", "a JSON file of sensors, models and deadlines")
      .option("--device <name>", "a device of the catalogue instead")
      .option("--devices <n>", "how many of them instead", countFlag("--devices"))
      .option("--duration <time>", "simulated time instead")
      .option("--order <how>", ORDERS.join(", "), choiceFlag("--order", ORDERS))
      .option("--engine <name>", `what runs the models (default: ${ENGINE_USUAL})`)
      .option("--seed <n>", "of all draws", countFlag("--seed", 0), 1)
      .addOption(catalogueOption())
      .action(async (file: string, options: Options) => {
        show(await answered(file, options, shell));
      });
  },
};

async function answered(file: string, options: Options, shell: Shell): Promise<Answer> {
  const json = await documentOf(file, shell);
  const { device, devices, duration, order } = options;
  const scenario = accepted(
    decodeScenario({ ...asObject(json), ...given({ device, devices, duration, order }) }),
    file,
  );
  refuseUnasked(scenario, options);
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const system = systemOf(scenario, catalogue);
  const services: Interval[] = [];
  for (const task of scenario.tasks) {
    const service = await serviceOf(task, { system, catalogue, options, shell });
    if ("kind" in service) return refusedAnswer(service);
    services.push(service);
  }
  const at = (which: "p10" | "p50" | "p90") =>
    simulateDeadlines({
      tasks: scenario.tasks.map((task, index) => timed(task, services[index]?.[which] ?? 0)),
      devices: scenario.devices,
      duration: scenario.duration,
      order: scenario.order,
      seed: options.seed,
    });
  const metrics = { p10: at("p10"), p50: at("p50"), p90: at("p90") };
  return deadlinesAnswer({ scenario, device: system?.device.name ?? null, services, metrics });
}

/** A device and an engine say how long models take; tasks whose times are given ask for neither. */
function refuseUnasked({ tasks }: Scenario, options: Options): void {
  if (tasks.some(({ work }) => work.kind !== "time")) return;
  for (const name of ["device", "engine", "catalogue"] as const) {
    if (options[name] === undefined) continue;
    throw inputError(`--${name}`, "a task with a model", "only tasks whose time is given");
  }
}

function asObject(json: unknown): object {
  return typeof json === "object" && json !== null ? json : { json };
}

function given(changes: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}

function timed({ work: _, ...task }: ScenarioTask, service: number): PeriodicTask {
  return { ...task, service };
}

function systemOf({ device }: Scenario, catalogue: Catalogue): System | null {
  return device === null
    ? null
    : systemFor(catalogue, accepted(findDevice(catalogue, device), "device"));
}

interface Around {
  readonly system: System | null;
  readonly catalogue: Catalogue;
  readonly options: Options;
  readonly shell: Shell;
}

/** What one frame of a task costs on one device. */
async function serviceOf(
  { name, work }: ScenarioTask,
  { system, catalogue, options, shell }: Around,
): Promise<Interval | Infeasible> {
  if (work.kind === "time") {
    const { service } = work;
    return { p10: service, p50: service, p90: service, basis: "measured" };
  }
  if (system === null) throw inputError(name, "a device, in the scenario or by --device", "none");
  const model = await modelFrom(work.model, catalogue, shell);
  const format = work.format === undefined ? model.numerics : accepted(numerics(work.format), name);
  const { engine: named = ENGINE_USUAL } = options;
  const [engine] = enginesFrom(catalogue, [named]);
  if (engine === undefined) throw inputError("--engine", "an engine", named);
  const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics: format, engine };
  const batch = { batch: work.inputs, input: work.input, output: work.output };
  const estimate = estimateBatch({ model, system, placement, ...batch });
  return estimate.kind === "infeasible" ? estimate : estimate.latency;
}
