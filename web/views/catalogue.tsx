/** Every device of the catalogue, and one with each figure as its source prints it. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { significant, type Offer } from "../../core/index.ts";
import { choiceField, readValues, textField, writeValues, type ValuesOf } from "../address.ts";
import { OWN_MACHINE } from "../own-machine.ts";
import { Actions } from "../parts/actions.tsx";
import { Assumptions } from "../parts/assumptions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, Suggested } from "../parts/controls.tsx";
import { quantityText } from "../parts/quantity.ts";
import { RefusedNote } from "../parts/refused.tsx";
import { DataTable } from "../parts/table.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import type { EntryView } from "../worker/entry-verb.ts";
import { CatalogueMap } from "./catalogue-map.tsx";
import type { ViewProps } from "./view.ts";

const KINDS = ["all", "gpu", "tpu", "asic", "fpga", "cpu"] as const;

const fields = {
  device: textField("h100-sxm"),
  kind: choiceField(KINDS, "all"),
};

const ROWS_FIRST = 25;

type State = ValuesOf<typeof fields>;

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().catalogue;
  const state = useMemo(() => readValues(fields, query), [query]);
  const rows = useAnswer("devices", null);
  const entry = useAnswer("entry", { device: state.device });
  const change = (changes: Partial<State>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  // A machine of the user's own is shown where it is named, so that a link without it shows the same.
  const all = (rows.answer ?? []).filter(
    ({ id }) => id !== OWN_MACHINE || state.device === OWN_MACHINE,
  );
  const shown = all.filter(({ kind }) => state.kind === "all" || kind === state.kind);
  return (
    <section aria-busy={rows.isWorking || entry.isWorking} id="answer">
      <h1>{words.heading}</h1>
      <div class="row">
        <Suggested
          label={words.device}
          value={state.device}
          suggestions={(rows.answer ?? []).map(({ id, name }) => [id, name])}
          change={(device) => change({ device })}
        />
      </div>
      <RefusedNote refused={entry.refused} />
      {entry.answer !== null && <Entry entry={entry.answer} />}
      <h2>{words.devices(shown.length)}</h2>
      <Choice
        label={words.kind}
        value={state.kind}
        options={KINDS.map((kind) => [kind, words.kinds[kind]])}
        change={(kind) => change({ kind })}
      />
      <CatalogueMap
        rows={shown}
        device={entry.answer?.id ?? ""}
        choose={(device) => change({ device })}
      />
      <Devices rows={shown} choose={(device) => change({ device })} />
      <Actions
        command={`tenlane catalogue ${state.device}`}
        sheet={{
          name: "devices",
          columns: Object.keys(all[0] ?? {}),
          rows: all.map((row) => Object.values(row)),
          json: { devices: all, entry: entry.answer },
        }}
      />
    </section>
  );
}

function Entry({ entry }: { readonly entry: EntryView }): JSX.Element {
  const words = useWords().catalogue;
  return (
    <>
      <h2>
        {entry.name}{" "}
        <small>
          {words.statuses[entry.status]} {entry.launched}
        </small>
      </h2>
      <DataTable
        label={words.figures}
        columns={[
          { title: words.figure },
          { title: words.printed, isNumber: true },
          { title: words.source },
          { title: words.place },
          { title: words.read, isNumber: true },
        ]}
        rows={entry.figures.map((figure, index) => ({
          id: `${figure.name} ${index}`,
          cells: [
            figure.name,
            figure.value,
            figure.address === null ? (
              figure.source
            ) : (
              <a href={figure.address} rel="noreferrer">
                {figure.source}
              </a>
            ),
            figure.at,
            figure.read,
          ],
        }))}
      />
      <Assumptions texts={entry.assumptions} />
      <Offers offers={entry.offers} />
    </>
  );
}

function Offers({ offers }: { readonly offers: readonly Offer[] }): JSX.Element | null {
  const words = useWords().catalogue;
  if (offers.length === 0) return null;
  return (
    <details>
      <summary>{words.offersOf(offers.length)}</summary>
      <DataTable
        label={words.offers}
        columns={[
          { title: words.offers },
          { title: words.count, isNumber: true },
          { title: words.region },
          { title: words.tenure },
          { title: words.price, isNumber: true },
          { title: words.read },
        ]}
        rows={offers.map((offer) => ({
          id: `${offer.id} ${offer.region ?? ""} ${offer.kind}`,
          cells: [
            `${offer.provider} ${offer.name}`,
            offer.count,
            offer.region,
            words.tenures[offer.kind],
            priceText(offer),
            offer.date,
          ],
        }))}
      />
    </details>
  );
}

function priceText({ dollars, dollarsPerHour }: Offer): string {
  if (dollarsPerHour !== undefined) return `$${significant(dollarsPerHour)}/h`;
  return dollars === undefined ? "" : quantityText(dollars, "money");
}

function Devices({
  rows,
  choose,
}: {
  readonly rows: readonly DeviceRow[];
  readonly choose: (device: string) => void;
}): JSX.Element {
  const words = useWords().catalogue;
  const known = (value: number | null, text: (value: number) => string): string =>
    value === null ? "" : text(value);
  return (
    <DataTable
      label={words.devices(rows.length)}
      first={ROWS_FIRST}
      columns={[
        { title: words.device },
        { title: words.launched },
        { title: words.wide, isNumber: true },
        { title: words.bandwidth, isNumber: true },
        { title: words.capacity, isNumber: true },
        { title: words.power, isNumber: true },
        { title: words.rent, isNumber: true },
      ]}
      rows={rows.map((row) => ({
        id: row.id,
        cells: [
          <button key={row.id} type="button" class="link" onClick={() => choose(row.id)}>
            {row.name}
          </button>,
          `${row.launched ?? ""} ${row.status === "shipping" ? "" : words.statuses[row.status]}`,
          known(row.wide, (value) => quantityText(value, "compute")),
          known(row.bandwidth, (value) => quantityText(value, "bandwidth")),
          known(row.capacity, (value) => quantityText(value, "size")),
          known(row.power, (value) => quantityText(value, "power")),
          known(row.rent, (value) => `$${significant(value)}/h`),
        ],
      }))}
    />
  );
}
