/** Two plans side by side: every figure with its interval, and where the memory goes. */
import type { JSX } from "preact";
import type { Memory } from "../../core/index.ts";
import { Assumptions } from "../parts/assumptions.tsx";
import { useWords } from "../parts/context.ts";
import { intervalText, quantityText, scaled } from "../parts/quantity.ts";
import type { PlanRow } from "../worker/plan-row.ts";
import { FIGURE_NAMES, FIGURES } from "./plan-figures.ts";

export function PlanCompare({
  plans,
  picked,
}: {
  readonly plans: readonly PlanRow[];
  readonly picked: readonly string[];
}): JSX.Element {
  const words = useWords();
  const chosen = picked.flatMap((device) => plans.find((plan) => plan.device === device) ?? []);
  const shown = chosen.length === 0 ? plans.slice(0, 1) : chosen;
  return (
    <section aria-label={words.compare.title}>
      <h2>{words.compare.title}</h2>
      {chosen.length < 2 && <p class="hint">{words.compare.hint}</p>}
      <div class="pair">
        {shown.map((plan) => (
          <PlanCard key={plan.id} plan={plan} />
        ))}
      </div>
    </section>
  );
}

function PlanCard({ plan }: { readonly plan: PlanRow }): JSX.Element {
  const words = useWords().plan;
  const { offer } = plan;
  return (
    <article>
      <h3>
        {plan.devices} × {plan.name}
      </h3>
      <p>
        {plan.split} {plan.format} {plan.engine},{" "}
        {offer === null
          ? words.noOffer
          : words.offer(offer.provider, offer.name, offer.region ?? "", offer.date ?? "?")}
      </p>
      <dl>
        {FIGURE_NAMES.map((name) => {
          const interval = plan.figures[name];
          const { kind, scale, after } = FIGURES[name];
          if (interval === null) return null;
          return (
            <div key={name}>
              <dt>{words.figures[name]}</dt>
              <dd>{intervalText(scaled(interval, scale), kind) + after}</dd>
            </div>
          );
        })}
      </dl>
      <MemoryBar memory={plan.memory} />
      <Assumptions texts={plan.assumptions} />
    </article>
  );
}

const PARTS = ["weights", "activations", "communication", "runtime", "cache"] as const;

function MemoryBar({ memory }: { readonly memory: Memory }): JSX.Element {
  const words = useWords().plan.memory;
  const used = PARTS.reduce((sum, part) => sum + memory[part], 0);
  const parts: readonly (readonly [keyof typeof words, number])[] = [
    ...PARTS.map((part) => [part, memory[part]] as const),
    ["free", Math.max(0, memory.capacity - used)],
  ];
  return (
    <figure class="memory">
      <figcaption>
        {words.title}: {quantityText(memory.capacity, "size")}
      </figcaption>
      <div class="memory-bar" aria-hidden="true">
        {parts.map(([part, bytes]) => (
          <span
            key={part}
            class={`memory-${part}`}
            style={{ width: `${(100 * bytes) / memory.capacity}%` }}
          />
        ))}
      </div>
      <ul>
        {parts.map(([part, bytes]) => (
          <li key={part}>
            <span class={`swatch memory-${part}`} aria-hidden="true" /> {words[part]}{" "}
            {quantityText(bytes, "size")}
          </li>
        ))}
      </ul>
    </figure>
  );
}
