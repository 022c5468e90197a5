/** Why a training plan is what it is, and what would change it, in sentences. */
import {
  quantityText,
  type NetworkWaits,
  type QuantityKind,
  type TrainingAnswer,
  type TrainingChange,
  type TrainingCounterfactual,
  type TrainingLimitName,
  type TrainingObjective,
  type TrainingPlan,
} from "../core/index.ts";
import { effectText } from "./plan-reasons.ts";

/** "TP4 PP4×5 DP16 FSDP": ways of splitting that are not used are not named; the rest as it is run. */
export function layoutText(layout: TrainingPlan["layout"]): string {
  const { split, sharding, recompute, offload, microBatch } = layout;
  const { tensor, pipeline, virtual, context, expert, data } = split;
  const ways = [
    tensor > 1 ? `TP${tensor}` : "",
    pipeline > 1 ? `PP${pipeline}${virtual > 1 ? `×${virtual}` : ""}` : "",
    context > 1 ? `CP${context}` : "",
    data > 1 ? `DP${data}` : "",
    expert > 1 ? `EP${expert}` : "",
    sharding > 0 ? `ZeRO-${sharding}` : "",
    microBatch > 1 ? `MB${microBatch}` : "",
    recompute === "full" ? "recompute" : "",
    offload ? "offload" : "",
  ].filter((word) => word !== "");
  return ways.length === 0 ? "1" : ways.join(" ");
}

export type Part = keyof TrainingPlan["estimate"]["parts"];

export const PARTS: Readonly<Record<Part, string>> = {
  forward: "forward",
  backward: "backward",
  recompute: "computing layers again",
  bubble: "waiting for the first and last micro-batch of the pipeline",
  exchange: "exchanges between copies",
  optimiser: "the optimiser",
  host: "the host, which launches kernels",
};

/** Shares below this are not worth a word. */
const SMALL = 0.01;

/** One sentence: what a step's time goes to, largest first. */
export function limitingSentence({ system, estimate }: TrainingPlan): string {
  const { parts, step } = estimate;
  const shares = (Object.keys(parts) as Part[])
    .map((part) => ({ part, share: parts[part] / step.p50 }))
    .filter(({ share }) => share >= SMALL)
    .toSorted((a, b) => b.share - a.share)
    .map(({ part, share }) => `${quantityText(share, "fraction")} ${PARTS[part]}`);
  return `${estimate.devices} × ${system.device.id}: ${shares.join(", ")}.`;
}

/** A line, where a step waits for the network at all. */
export function waitingLines({ network, congestion }: NetworkWaits): readonly string[] {
  if (network < SMALL) return [];
  const crowded =
    congestion < SMALL / 10 ? "" : `, ${quantityText(congestion, "fraction")} for its congestion`;
  return [`of a step, ${quantityText(network, "fraction")} waits for the network${crowded}`];
}

const CHANGES: Readonly<Record<TrainingChange, string>> = {
  compute: "With twice the arithmetic",
  "memory-bandwidth": "With twice the memory bandwidth",
  "memory-capacity": "With twice the memory",
  link: "With twice the link bandwidth",
  network: "With twice the network",
  "no-failures": "Without failures",
  "twice-the-devices": "On twice the devices",
};

/** One sentence: what a change does to the objective, and how the model would then lie. */
export function changeSentence(
  { change, answer, ratio }: TrainingCounterfactual,
  objective: TrainingObjective,
): string {
  if (answer === null) return `${CHANGES[change]}: not possible.`;
  const { layout, estimate, time } = answer;
  const then = `${layoutText(layout)}, MFU ${quantityText(estimate.utilisation, "fraction")}, ${quantityText(time.p50, "time")}`;
  return `${CHANGES[change]}: ${effectText(objective, ratio)}; ${then}.`;
}

const LIMITS: Readonly<
  Record<TrainingLimitName, { readonly kind: QuantityKind; readonly flag: string }>
> = {
  time: { kind: "time", flag: "--deadline" },
  cost: { kind: "money", flag: "--spend" },
  devices: { kind: "count", flag: "--devices-max" },
};

/** Why there is no plan, and what came nearest. */
export function missSentence({ nearest, tried }: TrainingAnswer): string {
  if (nearest === null) return `No plan: nothing to try (${tried} numbers of devices).`;
  const { system, devices, infeasible } = nearest;
  const where = `${devices} × ${system.device.id}`;
  if (infeasible.kind === "infeasible") {
    const { message, needed, available } = infeasible;
    if (needed === undefined || available === undefined) return `No plan: ${where}: ${message}.`;
    return `No plan: ${where}: ${message}: ${quantityText(needed, "size")} of ${quantityText(available, "size")}.`;
  }
  const { kind, flag } = LIMITS[infeasible.limit];
  const { reached, allowed } = infeasible;
  return `No plan: nearest is ${where}, which takes ${quantityText(reached, kind)} where ${flag} allows ${quantityText(allowed, kind)}; change: ${flag} or --devices-max.`;
}
