/** Answers that need the requests one by one: the load generator of a row, simulated. */
import type { Query } from "../core/estimate/index.ts";
import { scale, type Interval } from "../core/interval.ts";
import type { Distribution, Metrics } from "../core/simulate/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { queuedRequests, sentRequests } from "./concurrency.ts";
import { metricOf, type Quantity } from "./metric.ts";
import type { Row } from "./row.ts";
import { estimated } from "./serving-query.ts";
import { trafficOf } from "./traffic.ts";
import type { World } from "./world.ts";

export function predictRun(row: Row, world: World, query: Query): Answer {
  const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
  if (statistic === "p95") return unanswered("metric not predicted: 95th percentile");
  const traffic = trafficOf(query, sentRequests(row));
  if (traffic === null) return unanswered("condition missing: requests of an overload");
  const metrics = world.simulated(query, traffic);
  if ("kind" in metrics) return unanswered(`infeasible: ${metrics.reason}`);
  const { answer } = estimated(query, queuedRequests(row));
  if (answer.kind === "infeasible") return unanswered(`infeasible: ${answer.reason}`);
  const seen = distribution(quantity, metrics);
  if (seen === null) return unanswered(`metric not predicted: ${quantity}`);
  const interval = at(quantity === "tpot" ? answer.tpot : answer.ttft, seen[POINTS[statistic]]);
  return { interval, spread: quantity === "tpot" ? "token" : "first" };
}

const POINTS = { typical: "mean", p90: "p90", p99: "p99" } as const;

function distribution(quantity: Quantity, metrics: Metrics): Distribution | null {
  switch (quantity) {
    case "ttft":
    case "tpot":
    case "latency":
      return metrics[quantity];
    default:
      return null;
  }
}

/** As sure as the estimate is of its mean, about another middle. */
function at(interval: Interval, middle: number): Interval {
  return scale(interval, middle / interval.p50);
}
