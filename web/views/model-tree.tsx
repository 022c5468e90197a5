/** The operators of a step by part of the model, each with its share of the arithmetic and of the bytes. */
import type { JSX } from "preact";
import { significant } from "../../core/index.ts";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import type { GroupRow } from "../worker/model-verb.ts";

export function ModelTree({ groups }: { readonly groups: readonly GroupRow[] }): JSX.Element {
  const words = useWords().model;
  const flops = groups.reduce((sum, group) => sum + group.flops, 0);
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  return (
    <section aria-label={words.tree}>
      <h2>{words.tree}</h2>
      {groups.map((group) => (
        <details key={group.group} class="group">
          <summary>
            <span class="group-name">{words.groups[group.group]}</span>
            <Share label={words.flops} part={group.flops} whole={flops} />
            <Share label={words.bytes} part={group.bytes} whole={bytes} />
          </summary>
          <DataTable
            label={words.groups[group.group]}
            columns={[
              { title: words.operator },
              { title: words.times, isNumber: true },
              { title: words.flops, isNumber: true },
              { title: words.bytes, isNumber: true },
              { title: words.intensity, isNumber: true },
            ]}
            rows={group.operators.map((operator, index) => ({
              id: `${operator.name} ${index}`,
              cells: [
                operator.name,
                significant(operator.count),
                quantityText(operator.flops, "work"),
                quantityText(operator.bytes, "size"),
                operator.bytes === 0
                  ? ""
                  : quantityText(operator.flops / operator.bytes, "intensity"),
              ],
            }))}
          />
        </details>
      ))}
    </section>
  );
}

/** Nobody counts in less than a tenth of a percent. */
function shareText(share: number): string {
  return share > 0 && share < SHARE_LEAST
    ? `< ${quantityText(SHARE_LEAST, "fraction")}`
    : quantityText(share, "fraction");
}

const SHARE_LEAST = 0.001;

function Share({
  label,
  part,
  whole,
}: {
  readonly label: string;
  readonly part: number;
  readonly whole: number;
}): JSX.Element {
  const share = whole === 0 ? 0 : part / whole;
  return (
    <span class="share">
      <span class="share-bar" aria-hidden="true">
        <span style={{ width: `${100 * share}%` }} />
      </span>
      <span>
        {label} {shareText(share)}
      </span>
    </span>
  );
}
