/**
 * Host time of a request by engine (once, a token of its prompt, a kernel of its model): what is left of
 * simulated first tokens of published runs, in the sample and with each group left out.
 */
import { grouped } from "../measure/grouped.ts";
import { hostCost, SHIPPED, UNCORRECTED, prepare } from "../core/estimate/index.ts";
import { fleetOf, simulate } from "../core/simulate/index.ts";
import { shippedWorld, type Row } from "../validation/index.ts";
import { isServingRun } from "../validation/lengths.ts";
import { metricOf, unitFactor } from "../validation/metric.ts";
import { servingQuery } from "../validation/serving-query.ts";
import { clientOf, requestsOf, trafficOf } from "../validation/traffic.ts";

const REQUESTS = [0.002, 0.004, 0.007, 0.01, 0.014, 0.018];
const PROMPT_TOKENS = [0, 5e-6, 8e-6, 11e-6, 15e-6];
const KERNELS = [0, 15e-6, 3e-5, 45e-6, 6e-5, 7e-5, 8e-5, 9e-5, 1e-4, 12e-5, 15e-5];
/** Log-errors beyond it count no more: a condition that is not recorded, not a host. */
const ERROR_MAX = 0.5;

export interface RequestHost {
  readonly request: number;
  readonly promptToken: number;
  readonly kernel: number;
}

interface Point {
  /** First token without any host time of a request. */
  readonly bare: number;
  /** Time of the client's that stands in place of the engine's; null where the engine's own counts. */
  readonly client: number | null;
  readonly input: number;
  readonly kernels: number;
  readonly measured: number;
  readonly group: string;
}

const HOSTS: readonly RequestHost[] = REQUESTS.flatMap((request) =>
  PROMPT_TOKENS.flatMap((promptToken) =>
    KERNELS.map((kernel) => ({ request, promptToken, kernel })),
  ),
);

/** Fits and prints; by engine id. */
export function fitRequests(rows: readonly Row[]): ReadonlyMap<string, RequestHost> {
  const fits = new Map<string, RequestHost>();
  for (const [engine, points] of pointsOf(rows)) {
    const best = bestOf(points);
    fits.set(engine, best);
    console.log(`${engine}, requests: ${JSON.stringify(best)}, ${points.length} points`);
    for (const [group, own] of grouped(points, (point) => point.group)) {
      const left = bestOf(points.filter((point) => point.group !== group));
      const error = (host: RequestHost) =>
        percent(median(own.map((point) => Math.abs(errorOf(point, host)))));
      console.log(
        `  ${group}: ${error(best)} of ${own.length}, left out ${error(left)} ${JSON.stringify(left)}`,
      );
    }
  }
  return fits;
}

function pointsOf(rows: readonly Row[]): ReadonlyMap<string, readonly Point[]> {
  const world = shippedWorld({ ...SHIPPED, corrections: UNCORRECTED });
  const engines = new Map<string, Point[]>();
  for (const row of rows) {
    const isFirst = metricOf(row.metric, row.phase, row.unit).quantity === "ttft";
    if (!isFirst || !isServingRun(row) || /disagg/.test(row.notes)) continue;
    const asked = servingQuery(row, world, "continuous");
    if (typeof asked === "string") continue;
    const prepared = prepare(asked.query, world.coefficients);
    const traffic = trafficOf(asked.query, requestsOf(row, asked.query));
    const fleet = "reason" in prepared ? prepared : fleetOf(prepared);
    if ("reason" in prepared || "reason" in fleet || traffic === null) continue;
    const client = clientOf(row);
    const { ttft } = simulate({
      ...fleet,
      overhead: 0,
      promptToken: 0,
      ...(client === null ? {} : { frontEnd: { cost: client.inTurn, count: 1 } }),
      traffic,
      seed: 1,
    });
    const { id } = asked.query.placement.engine;
    const input = asked.lengths.input.mean;
    const own = client?.request;
    const point: Point = {
      bare: ttft.mean,
      client: own === undefined ? null : own + (client?.promptToken ?? 0) * input,
      input,
      kernels: prepared.kernels,
      measured: row.value * (unitFactor(row.unit) ?? 1),
      group: [row.date === "" ? "undated" : "dated", row.model, row.hardware].join(" "),
    };
    engines.set(id, [...(engines.get(id) ?? []), point]);
  }
  return engines;
}

function errorOf(point: Point, { request, promptToken, kernel }: RequestHost): number {
  const { bare, client, input, kernels, measured } = point;
  const host = client ?? request + promptToken * input;
  return Math.log((bare + host + kernel * kernels) / measured);
}

/** The host of least error, every group counted by the square root of its points. */
function bestOf(points: readonly Point[]): RequestHost {
  const counts = new Map<string, number>();
  for (const { group } of points) counts.set(group, (counts.get(group) ?? 0) + 1);
  const loss = (host: RequestHost) =>
    points.reduce((sum, point) => {
      const error = Math.min(ERROR_MAX, Math.abs(errorOf(point, host)));
      return sum + error / Math.sqrt(counts.get(point.group) ?? 1);
    }, 0);
  const losses = HOSTS.map(loss);
  return (
    HOSTS[losses.indexOf(Math.min(...losses))] ?? { ...hostCost(""), promptToken: 0, kernel: 0 }
  );
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
}

function percent(logError: number): string {
  return `${(100 * Math.expm1(logError)).toFixed(1)} %`;
}
