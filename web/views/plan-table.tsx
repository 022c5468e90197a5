/** Plans as a table; two can be ticked to compare. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useWords } from "../parts/context.ts";
import type { PlanRow } from "../worker/plan-row.ts";
import { pickedWith, type PlanProps } from "./plan-fields.ts";
import { figureText } from "./plan-text.ts";

const SHOWN = ["ttft", "tpot", "costPerHour", "costPerToken", "energyPerToken"] as const;
const ROWS_FIRST = 12;

export function PlanTable({
  plans,
  state,
  change,
}: PlanProps & { readonly plans: readonly PlanRow[] }): JSX.Element {
  const words = useWords();
  const { columns, figures } = words.plan;
  const [isWhole, setWhole] = useState(false);
  const pick = (device: string, isOn: boolean): void =>
    change({ pick: pickedWith(state.pick, device, isOn) });
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.plan.heading}>
      <table class="plans">
        <thead>
          <tr>
            <th scope="col">{words.compare.pick}</th>
            <th scope="col">{columns.devices}</th>
            {SHOWN.map((name) => (
              <th key={name} scope="col" class="number">
                {figures[name]}
              </th>
            ))}
            <th scope="col" class="number">
              {columns.sure}
            </th>
            <th scope="col">{columns.why}</th>
          </tr>
        </thead>
        <tbody>
          {plans.slice(0, isWhole ? plans.length : ROWS_FIRST).map((plan) => (
            <PlanLine
              key={plan.id}
              plan={plan}
              isPicked={state.pick.includes(plan.device)}
              pick={(isOn) => pick(plan.device, isOn)}
            />
          ))}
        </tbody>
      </table>
      {!isWhole && plans.length > ROWS_FIRST && (
        <button type="button" onClick={() => setWhole(true)}>
          {words.all(plans.length)}
        </button>
      )}
    </div>
  );
}

function PlanLine({
  plan,
  isPicked,
  pick,
}: {
  readonly plan: PlanRow;
  readonly isPicked: boolean;
  readonly pick: (isOn: boolean) => void;
}): JSX.Element {
  const words = useWords();
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`${words.compare.pick}: ${plan.name}`}
          checked={isPicked}
          onChange={({ currentTarget }) => pick(currentTarget.checked)}
        />
      </td>
      <th scope="row">
        {plan.devices} × {plan.name}
        <small>
          {plan.split}, {plan.format}, {plan.engine}
        </small>
      </th>
      {SHOWN.map((name) => (
        <td key={name} class="number">
          {figureText(plan, name)}
        </td>
      ))}
      <td class="number">{plan.confidence.toFixed(2)}</td>
      <td>{words.plan.limitedBy[plan.binding]}</td>
    </tr>
  );
}
