/** Answers that need the requests one by one: the load generator of a row, simulated. */
import { widened, type Query } from "../core/estimate/index.ts";
import type { Distribution, Metrics } from "../core/simulate/index.ts";
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import { queuedRequests } from "./concurrency.ts";
import { reciprocal } from "../core/interval.ts";
import { isMedian, metricOf, type Quantity } from "./metric.ts";
import { shareOf } from "./parallel.ts";
import type { Row } from "./row.ts";
import { estimated } from "./serving-query.ts";
import { clientOf, requestsOf, trafficOf } from "./traffic.ts";
import type { World } from "./world.ts";

/** `run` is what is simulated, where that is not what the estimate is asked. */
export function predictRun(row: Row, world: World, query: Query, run = query): Answer {
  const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
  if (statistic === "p95") return unanswered("metric not predicted: 95th percentile");
  const traffic = trafficOf(run, requestsOf(row, run));
  if (traffic === null) return unanswered("condition missing: requests of an overload");
  const metrics = world.simulated(run, traffic, clientOf(row));
  if ("kind" in metrics) return unanswered(refusalOf(metrics));
  const { answer } = estimated(query, world.coefficients, queuedRequests(row));
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  const { widths } = world.coefficients;
  const { traits } = answer;
  const asked = { widths, traits, device: query.system.device.id };
  const rate = rateOf(quantity, metrics);
  if (rate !== null) {
    const { basis } = answer.outputRate;
    const time = widened(1 / rate, { basis }, { ...asked, name: "run" });
    return { interval: reciprocal(time, shareOf(row)), spread: "run", traits };
  }
  const seen = distribution(quantity, metrics);
  if (seen === null) return unanswered(`metric not predicted: ${quantity}`);
  const { basis } = quantity === "tpot" ? answer.tpot : answer.ttft;
  const name = run.placement.prefill === undefined ? "run" : "apart";
  const point = isMedian(row.metric) ? "p50" : POINTS[statistic];
  const interval = widened(seen[point], { basis }, { ...asked, name });
  const closed = quantity === "ttft" && statistic === "typical" ? { closed: answer.ttft } : {};
  return { interval, spread: name, traits, ...closed };
}

const POINTS = { typical: "mean", p90: "p90", p99: "p99" } as const;

/** What all devices gave, from the first request to the end of the last answer. */
function rateOf(quantity: Quantity, metrics: Metrics): number | null {
  const { requestRate, outputRate, input, output } = metrics;
  switch (quantity) {
    case "output-rate":
      return outputRate;
    case "total-rate":
      return requestRate * (input + output);
    case "sample-rate":
      return requestRate;
    default:
      return null;
  }
}

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
