/** What a simulation says of the best plans. */
import {
  quantityText,
  type Check,
  type Distribution,
  type Plan,
  type PlanRequest,
} from "../core/index.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { devicesText } from "./plan-reasons.ts";
import { unitOf, type Unit } from "./plan-unit.ts";
import type { Shell } from "./shell.ts";

/** Share of requests within the limits; a queue that only grows keeps none for long. */
export function keptText({ metrics: { good, state } }: Check): string {
  return state === "overloaded" ? "grows" : (Math.floor(100 * good) / 100).toFixed(2);
}

export interface Checked {
  readonly plans: readonly Plan[];
  /** Plans that are shown: others are not spoken of. */
  readonly top: number;
  readonly checks: ReadonlyMap<Plan, Check>;
}

/** Tails of the best plan, and who was changed or put last because of theirs; nothing where none was simulated. */
export function checkText(
  request: PlanRequest,
  { plans, top, checks }: Checked,
  shell: Shell,
): readonly string[] {
  const [best] = plans;
  const shown = plans.slice(0, top);
  const check = best === undefined ? undefined : checks.get(best);
  const missed = shown.filter((plan) => checks.get(plan)?.holds === false);
  const wider = shown.filter((plan) => (checks.get(plan)?.added ?? 0) > 0);
  const asked = quantityText(request.percentile, "fraction");
  const kept = [...checks.values()].some(({ holds }) => holds);
  const order = kept ? "Last, for they do not keep" : "None of those simulated keeps";
  const lists = [
    ...listed(
      "With more replicas than formulas ask for",
      wider,
      (plan) => `+${quantityText(checks.get(plan)?.added ?? 0, "count")}`,
    ),
    ...listed(`${order} the limits for ${asked} of requests`, missed, (plan) => {
      const missing = checks.get(plan);
      return missing === undefined ? "" : keptText(missing);
    }),
  ];
  return [
    ...(check === undefined ? [] : tailText(check, unitOf(request), shell)),
    ...lists,
    ...(lists.length === 0 ? [] : [""]),
  ];
}

function listed(
  title: string,
  plans: readonly Plan[],
  note: (plan: Plan) => string,
): readonly string[] {
  if (plans.length === 0) return [];
  const names = plans.map((plan) => `${devicesText(plan)} (${note(plan)})`);
  return [`${title}: ${names.join(", ")}.`];
}

function tailText({ metrics }: Check, unit: Unit, shell: Shell): readonly string[] {
  const { ttft, tpot, latency, measured, state } = metrics;
  const row = (name: string, { mean, p50, p90, p99 }: Distribution) => [
    name,
    ...[mean, p50, p90, p99].map((value) => quantityText(value, "time")),
  ];
  const columns = ["mean", "p50", "p90", "p99"].map((title) => ({
    title,
    align: "right" as const,
  }));
  return [
    "",
    paint(shell, "bold", `Under traffic, ${measured} requests simulated: ${state}`),
    "",
    laidOut(
      {
        columns: [{ title: "quantity", align: "left" }, ...columns],
        rows: [
          ...(unit === "token"
            ? [row("time to first token", ttft), row("time per output token", tpot)]
            : []),
          row("request end to end", latency),
        ],
      },
      shell,
    ),
  ];
}
