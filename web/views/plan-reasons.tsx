/** What would change the best plan: one thing altered at a time. */
import type { JSX } from "preact";
import { significant, type Objective } from "../../core/index.ts";
import { useWords } from "../parts/context.ts";
import { DataTable } from "../parts/table.tsx";
import type { Reason } from "../worker/plan-verb.ts";
import { MissNote } from "./plan-nearest.tsx";

/** Ratios closer to one than this change nothing that anybody would notice. */
const NOTICED = 0.005;

export function PlanReasons({
  reasons,
  objective,
}: {
  readonly reasons: readonly Reason[];
  readonly objective: Objective;
}): JSX.Element | null {
  const words = useWords().plan;
  if (reasons.length === 0) return null;
  const { title, change, effect, devices } = words.reasons;
  return (
    <details class="reasons">
      <summary>{title}</summary>
      <DataTable
        label={title}
        columns={[
          { title: change },
          { title: effect(words.objectives[objective]) },
          { title: devices, isNumber: true },
        ]}
        rows={reasons.map((reason) => ({
          id: JSON.stringify(reason.change),
          cells: [
            words.reasons.changes(reason.change),
            <Effect key="effect" reason={reason} />,
            reason.devices ?? "",
          ],
        }))}
      />
    </details>
  );
}

function Effect({ reason: { ratio, refused } }: { readonly reason: Reason }): JSX.Element {
  const words = useWords().plan.reasons;
  if (refused !== null) return <MissNote miss={refused} />;
  if (ratio === null) return <>{words.unknown}</>;
  if (Math.abs(ratio - 1) < NOTICED) return <>{words.same}</>;
  const percent = `${significant(100 * Math.abs(1 - ratio))} %`;
  return <>{ratio < 1 ? words.better(percent) : words.worse(percent)}</>;
}
