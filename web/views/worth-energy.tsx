/** What the machine draws at work, what that emits, and where the same work would emit least. */
import type { JSX } from "preact";
import { significant, type Draw } from "../../core/index.ts";
import { Actions } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { IntervalBars } from "../parts/interval-bars.tsx";
import { quantityText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import type { EnergyView } from "../worker/worth-verb.ts";

const PARTS = ["devices", "hosts", "network", "cooling", "wall"] as const;
const KINDS = ["average", "marginal"] as const;
const JOULES_PER_KWH = 3.6e6;

export function WorthEnergy({
  energy: { draw, day, here, places },
  command,
}: {
  readonly energy: EnergyView;
  readonly command: string;
}): JSX.Element {
  const words = useWords().worth;
  const carbon = (grams: number): string => quantityText(grams, "carbon");
  return (
    <>
      <h2>{words.energy}</h2>
      <IntervalBars
        title={words.power}
        kind="power"
        unknown=""
        bars={PARTS.filter((part) => isDrawn(draw, part)).map((part) => ({
          id: part,
          label: words.parts[part],
          interval: draw[part],
        }))}
      />
      {here !== null && (
        <p>
          {words.daily(`${significant(day / JOULES_PER_KWH)} kWh`, carbon(here.grams), here.place)}
        </p>
      )}
      <DataTable
        label={words.places}
        columns={KINDS.flatMap((kind) => [
          { title: `${words.place}, ${words.kinds[kind]}` },
          { title: `CO2e, ${words.kinds[kind]}`, isNumber: true },
        ])}
        rows={places.average.map((average, index) => {
          const marginal = places.marginal[index];
          const cells = [average, marginal].flatMap((each) =>
            each === undefined ? ["", ""] : [each.place, carbon(each.grams)],
          );
          return { id: average.place, cells };
        })}
      />
      <Actions
        command={command}
        sheet={{
          name: "energy",
          columns: ["part", "p10", "p50", "p90"],
          rows: PARTS.map((part) => [part, draw[part].p10, draw[part].p50, draw[part].p90]),
          json: { draw, day, here, places },
        }}
      />
    </>
  );
}

/** One host has no switches: a bar of nothing has no place on a logarithmic axis. */
function isDrawn(draw: Draw, part: keyof Draw): boolean {
  return draw[part].p10 > 0;
}
