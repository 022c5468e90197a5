/**
 * Fits the host time of serving engines (a step, a sequence) on published times a token, prints what
 * is left, in the sample and with each group of model and device left out, and writes
 * coefficients/engines.json where a date is given.
 *
 *     npx node scripts/fit-engines.ts --truth FILE.csv [--of requests] [--date 2026-11-24]
 *
 * Rows: served by one replica of a model without experts, whose other conditions are all known. With
 * `--of requests`, host time of a request instead, on simulated first tokens of all served runs.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import * as z from "zod";
import {
  estimateLoad,
  prepare,
  SHIPPED,
  stepCost,
  type Load,
  type Prepared,
  UNCORRECTED,
} from "../core/estimate/index.ts";
import { hasExperts } from "../core/model/index.ts";
import { shippedWorld, type Row } from "../validation/index.ts";
import { metricOf, unitFactor } from "../validation/metric.ts";
import { servingQuery } from "../validation/serving-query.ts";
import { fitRequests, type RequestHost } from "./_fit-requests.ts";
import { rowsOf } from "./_rows.ts";

const TARGET = new URL("../coefficients/engines.json", import.meta.url);
const STEPS = [0, 1e-4, 2e-4, 3e-4, 5e-4, 7e-4, 1e-3, 1.5e-3, 2e-3, 5e-3, 1e-2, 2e-2];
const SEQUENCES = [0, 1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 4e-5, 6e-5, 1e-4, 2e-4, 3e-4, 4e-4, 5e-4];
/** Log-errors beyond it count no more: a condition that is not recorded, not a host. */
const ERROR_MAX = 0.5;

interface Point {
  readonly prepared: Prepared;
  readonly load: Load;
  readonly measured: number;
  readonly group: string;
}

interface Host {
  readonly step: number;
  readonly sequence: number;
}

const HOSTS: readonly Host[] = STEPS.flatMap((step) =>
  SEQUENCES.map((sequence) => ({ step, sequence })),
);

const file = z.looseObject({
  engines: z.record(z.string(), z.looseObject({ request: z.number() })),
});

const { values } = parseArgs({
  options: {
    truth: { type: "string" },
    of: { type: "string", default: "steps" },
    date: { type: "string" },
  },
});

if (values.truth === undefined) {
  console.error("usage: fit-engines --truth FILE.csv [--of steps|requests] [--date YYYY-MM-DD]");
  process.exitCode = 2;
} else {
  const rows = await rowsOf([values.truth]);
  const fits = values.of === "requests" ? fitRequests(rows) : fitAll(pointsOf(rows));
  if (values.date !== undefined) write(fits, values.date);
}

function pointsOf(rows: readonly Row[]): ReadonlyMap<string, readonly Point[]> {
  const world = shippedWorld();
  const byEngine = new Map<string, Point[]>();
  for (const row of rows) {
    const asked = isTokenTime(row) ? servingQuery(row, world, "continuous") : "not a time a token";
    if (typeof asked === "string") continue;
    const { query } = asked;
    const prepared = prepare(query, { ...SHIPPED, corrections: UNCORRECTED });
    if ("reason" in prepared || hasExperts(prepared.model) || query.placement.replicas > 1)
      continue;
    const { id } = query.placement.engine;
    const measured = (row.value ?? 0) * (unitFactor(row.unit) ?? 1);
    const group = `${row.model} on ${row.hardware}`;
    const points = byEngine.get(id) ?? [];
    byEngine.set(id, [...points, { prepared, load: query.load, measured, group }]);
  }
  return byEngine;
}

function isTokenTime(row: Row): boolean {
  return metricOf(row.metric, row.phase, row.unit).quantity === "tpot" && !/disagg/.test(row.notes);
}

function fitAll(points: ReadonlyMap<string, readonly Point[]>): ReadonlyMap<string, Host> {
  const fits = new Map<string, Host>();
  for (const [engine, list] of points) {
    const errors = list.map((point) => HOSTS.map((host) => error(point, host)));
    const all = list.map((_, index) => index);
    const best = bestOf(errors, all);
    fits.set(engine, HOSTS[best] ?? { step: 0, sequence: 0 });
    console.log(`${engine}: ${JSON.stringify(HOSTS[best])}, ${list.length} points, `);
    console.log(`  median error ${percent(median(all.map((i) => errors[i]?.[best] ?? 0)))}`);
    for (const group of new Set(list.map((each) => each.group))) {
      const inside = all.filter((i) => list[i]?.group === group);
      const chosen = bestOf(
        errors,
        all.filter((i) => list[i]?.group !== group),
      );
      const left = percent(median(inside.map((i) => errors[i]?.[chosen] ?? 0)));
      console.log(`  ${group}, left out: ${left} of ${inside.length}`);
    }
  }
  return fits;
}

/** Absolute log of predicted over measured. */
function error({ prepared, load, measured }: Point, host: Host): number {
  const whole = { ...prepared.host, ...host };
  const answer = estimateLoad(
    { ...prepared, host: whole, cost: stepCost({ ...prepared, host: whole }) },
    load,
  );
  return answer.kind === "estimate" ? Math.abs(Math.log(answer.tpot.p50 / measured)) : ERROR_MAX;
}

function bestOf(errors: readonly (readonly number[])[], of: readonly number[]): number {
  const sums = HOSTS.map((_, host) =>
    of.reduce((sum, point) => sum + Math.min(ERROR_MAX, errors[point]?.[host] ?? ERROR_MAX), 0),
  );
  return sums.indexOf(Math.min(...sums));
}

function median(list: readonly number[]): number {
  return list.toSorted((a, b) => a - b)[list.length >> 1] ?? NaN;
}

function percent(logError: number): string {
  return `${(100 * Math.expm1(logError)).toFixed(1)} %`;
}

/** Engines that were fitted get their numbers; the rest of the file stays. */
function write(fits: ReadonlyMap<string, Host | RequestHost>, date: string): void {
  const old = file.parse(JSON.parse(readFileSync(TARGET, "utf8")));
  const engines = { ...old.engines };
  for (const [id, host] of fits) {
    const known = engines[id];
    if (known !== undefined) engines[id] = { ...known, ...host };
  }
  const command = `npx node scripts/fit-engines.ts --truth FILE.csv [--of requests] --date ${date}`;
  writeFileSync(TARGET, `${JSON.stringify({ ...old, command, engines }, null, 2)}\n`);
}
