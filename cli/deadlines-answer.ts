/** Deadlines kept and missed, for programs and for people. */
import {
  intervalText,
  quantityText,
  type DeadlineMetrics,
  type Interval,
  type Scenario,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";

export interface Driven {
  readonly scenario: Scenario;
  readonly device: string | null;
  /** Of each task, in the scenario's order. */
  readonly services: readonly Interval[];
  /** With all services at their p10, p50 and p90. */
  readonly metrics: Readonly<Record<"p10" | "p50" | "p90", DeadlineMetrics>>;
}

export function deadlinesAnswer(driven: Driven): Answer {
  const { scenario, device, services, metrics } = driven;
  const { p50 } = metrics;
  const missRate = rates(driven, (each) => each.missRate);
  return {
    json: {
      kind: "deadlines",
      scenario: scenario.name,
      device,
      devices: scenario.devices,
      duration: scenario.duration,
      order: scenario.order,
      missRate,
      utilisation: p50.utilisation,
      tasks: p50.tasks.map((task, index) => ({
        ...task,
        service: services[index],
        missRate: rates(driven, (each) => each.tasks[index]?.missRate ?? 0),
      })),
    },
    text: (shell) => {
      const where = device === null ? "devices" : device;
      const title = `${scenario.name} on ${scenario.devices} × ${where}`;
      const busy = p50.utilisation.map((share) => quantityText(share, "fraction")).join(", ");
      return [
        `${paint(shell, "bold", title)}, ${quantityText(scenario.duration, "time")}`,
        "",
        laidOut(taskTable(driven), shell),
        `deadlines missed ${intervalText(missRate, "fraction")}; devices busy ${busy}`,
        ...droppedLine(p50),
        "Response times with services at their middle; intervals with all at their p10 and p90.",
        "",
      ].join("\n");
    },
  };
}

/** Frames that are missed without having run: their response stands in no column. */
function droppedLine({ tasks }: DeadlineMetrics): readonly string[] {
  const dropped = tasks
    .filter((task) => task.dropped > 0)
    .map((task) => `${quantityText(task.dropped / task.frames, "fraction")} of ${task.name}`);
  if (dropped.length === 0) return [];
  return [`dropped while they waited, for a newer one of their task: ${dropped.join(", ")}`];
}

/** A faster device misses less; the order of the draws can still turn it round by a frame. */
function rates(
  { metrics, services }: Driven,
  pick: (metrics: DeadlineMetrics) => number,
): Interval {
  const [p10, p50, p90] = [pick(metrics.p10), pick(metrics.p50), pick(metrics.p90)];
  const basis = services.find((each) => each.basis !== "measured")?.basis ?? "measured";
  return { p10: Math.min(p10, p50), p50, p90: Math.max(p50, p90), basis };
}

function taskTable(driven: Driven): Table {
  const { metrics, services } = driven;
  return {
    columns: [
      { title: "task", align: "left", flexible: true },
      { title: "service", align: "right" },
      { title: "deadline", align: "right" },
      { title: "p50", align: "right" },
      { title: "p99", align: "right" },
      { title: "p99.9", align: "right" },
      { title: "worst", align: "right" },
      { title: "missed", align: "right" },
    ],
    rows: metrics.p50.tasks.map(({ name, deadline, response }, index) => {
      const service = services[index];
      return [
        name,
        service === undefined ? "" : intervalText(service, "time"),
        quantityText(deadline, "time"),
        quantityText(response.p50, "time"),
        quantityText(response.p99, "time"),
        quantityText(response.p999, "time"),
        quantityText(response.max, "time"),
        intervalText(
          rates(driven, (each) => each.tasks[index]?.missRate ?? 0),
          "fraction",
        ),
      ];
    }),
  };
}
