/** Where nothing keeps the limits: the candidate that comes nearest, the limits that bind it, and what to change. */
import type { JSX } from "preact";
import { roundedUp, significant, type Infeasible, type LimitName } from "../../core/index.ts";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { Said } from "../parts/said.tsx";
import type { Words } from "../words/index.ts";
import type { Miss, Nearest } from "../worker/nearest.ts";
import type { PlanProps, PlanState } from "./plan-fields.ts";
import { FIGURES } from "./plan-figures.ts";

type Change = PlanProps["change"];

export function PlanNearest({
  nearest,
  change,
}: {
  readonly nearest: Nearest | null;
  readonly change: Change;
}): JSX.Element {
  const words = useWords().plan.nearest;
  if (nearest === null) return <p>{words.none}</p>;
  const { where, misses } = nearest;
  return (
    <div class="nearest">
      <p>
        {words.title} <strong>{where}</strong>
      </p>
      <ul>
        {misses.map((miss) => (
          <li key={JSON.stringify(miss)}>
            <MissNote miss={miss} />
          </li>
        ))}
      </ul>
      <Advice misses={misses} change={change} />
    </div>
  );
}

/** Why a candidate is no plan. */
export function MissNote({ miss }: { readonly miss: Miss }): JSX.Element {
  const words = useWords().plan.nearest;
  if (miss.kind === "infeasible") return <Said text={miss.message} />;
  const { limit, reached, allowed } = miss;
  return <>{words.breach(limit, limitText(limit, reached), limitText(limit, allowed))}</>;
}

function Advice({
  misses,
  change,
}: {
  readonly misses: readonly Miss[];
  readonly change: Change;
}): JSX.Element | null {
  const words = useWords().plan;
  const [first] = misses;
  if (first?.kind === "infeasible") {
    const text = adviceText(first, words.nearest);
    return text === null ? null : <p>{text}</p>;
  }
  const relaxed = misses.flatMap((miss) => (miss.kind === "breach" ? [relaxedLimit(miss)] : []));
  const texts = relaxed.map(([limit, to]) => `${words.limitedBy[limit]} ${limitText(limit, to)}`);
  const changes = Object.fromEntries(relaxed.map(([limit, to]) => [FIELDS[limit], to]));
  return (
    <p>
      <button type="button" onClick={() => change(changes)}>
        {words.nearest.relax(texts.join(", "))}
      </button>
    </p>
  );
}

/** Where the view keeps each limit. */
const FIELDS = {
  ttft: "ttft",
  tpot: "tpot",
  latency: "latency",
  costPerHour: "budget",
  power: "power",
  devices: "devices",
} as const satisfies Readonly<Record<LimitName, keyof PlanState>>;

function relaxedLimit({
  limit,
  reached,
}: Extract<Miss, { readonly kind: "breach" }>): readonly [LimitName, number] {
  return [limit, limit === "devices" ? Math.ceil(reached) : roundedUp(reached)];
}

function limitText(limit: LimitName, value: number): string {
  if (limit === "devices") return quantityText(value, "count");
  const { kind, after } = FIGURES[limit];
  return quantityText(value, kind) + after;
}

/** What would make it run; null where that is no matter of more. */
function adviceText(
  { reason, needed, available }: Infeasible,
  words: Words["plan"]["nearest"],
): string | null {
  if (needed === undefined || available === undefined || available <= 0) return null;
  const times = significant(needed / available);
  if (reason === "context") return words.context(quantityText(available, "count"));
  if (reason === "memory" || reason === "cache") return words.memory(times);
  return reason === "rate" ? words.rate(times) : null;
}
