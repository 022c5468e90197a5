/** Whether enough requests kept their limits. */
import type { JSX } from "preact";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import type { FirstRun } from "../worker/simulate-verb.ts";
import { limitsOf, type SimulateState } from "./simulate-fields.ts";

export function SimulateVerdict({
  run: { metrics },
  state,
}: {
  readonly run: FirstRun;
  readonly state: SimulateState;
}): JSX.Element {
  const words = useWords().simulate;
  const goal = state.goal ?? 0.9;
  const isLimited = Object.keys(limitsOf(state)).length > 0;
  const isKept = metrics.good >= goal && metrics.state !== "overloaded";
  const share = quantityText(metrics.good, "fraction");
  return (
    <p class={!isLimited || isKept ? "verdict kept" : "verdict broken"} role="status">
      <strong>
        {metrics.measured === 0
          ? words.nothingMeasured
          : isLimited
            ? words.verdict(isKept, share, quantityText(goal, "fraction"))
            : words.noLimits}
      </strong>{" "}
      {words.states[metrics.state]}
      {metrics.refused > 0 && ` ${words.refusedRequests(metrics.refused)}`}
      {metrics.cut !== null && ` ${words.cut[metrics.cut]}`}
    </p>
  );
}
