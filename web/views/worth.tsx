/** Buy, rent or wait: the net present cost of a machine over some years, and what decides it. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { significant, type Interval, type QuantityKind } from "../../core/index.ts";
import { STRATEGIES, type InvestTerm } from "../../core/worth/index.ts";
import { numberField, readValues, textField, writeValues, type ValuesOf } from "../address.ts";
import { Actions } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { LogSlider, Suggested } from "../parts/controls.tsx";
import { IntervalBars } from "../parts/interval-bars.tsx";
import { quantityText } from "../parts/quantity.ts";
import { RefusedNote } from "../parts/refused.tsx";
import { Said } from "../parts/said.tsx";
import { DataTable } from "../parts/table.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { WorthView } from "../worker/worth-verb.ts";
import { commandText } from "./command-text.ts";
import type { ViewProps } from "./view.ts";
import { WorthEnergy } from "./worth-energy.tsx";
import { WorthSwings } from "./worth-swings.tsx";

const fields = {
  device: textField("h100-sxm"),
  devices: numberField(8, { min: 1, max: 1e6 }),
  horizon: numberField(3, { min: 0.25, max: 20 }),
  utilisation: numberField(0.6, { min: 0.01, max: 1 }),
  growth: numberField(0.3, { min: 0.001, max: 10 }),
  discount: numberField(0.1, { min: 0.001, max: 1 }),
};

export type WorthState = ValuesOf<typeof fields>;

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().worth;
  const state = useMemo(() => readValues(fields, query), [query]);
  const devices = Math.round(state.devices ?? 1);
  const { device, horizon, utilisation, growth, discount } = state;
  const asked = {
    horizon: horizon ?? 3,
    utilisation: utilisation ?? 0.6,
    growth: growth ?? 0.3,
    discount: discount ?? 0.1,
  };
  const { answer, refused, isWorking } = useAnswer("worth", { device, devices, ...asked });
  const change = (changes: Partial<WorthState>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  const share = (value: number): string => `${significant(100 * value)}%`;
  return (
    <div class="split">
      <WorthForm state={state} change={change} />
      <section aria-busy={isWorking} id="answer">
        <h1>{words.heading}</h1>
        <p class="hint">{words.about}</p>
        <RefusedNote refused={refused} />
        {answer !== null && <Answer answer={answer} />}
        <Actions
          command={commandText("invest", [], {
            machine: `${devices} x ${device}`,
            horizon: `${asked.horizon}y`,
            utilisation: share(asked.utilisation),
            growth: share(asked.growth),
            discount: share(asked.discount),
          })}
          sheet={{
            name: "worth",
            columns: ["way", "p10", "p50", "p90"],
            rows: STRATEGIES.map((name) => {
              const cost = answer?.cost[name];
              return [name, cost?.p10 ?? null, cost?.p50 ?? null, cost?.p90 ?? null];
            }),
            json: answer,
          }}
        />
        {answer !== null && (
          <WorthEnergy
            energy={answer.energy}
            command={commandText("energy", [], { machine: `${devices} x ${device}` })}
          />
        )}
      </section>
    </div>
  );
}

function WorthForm({
  state,
  change,
}: {
  readonly state: WorthState;
  readonly change: (changes: Partial<WorthState>) => void;
}): JSX.Element {
  const all = useWords();
  const words = all.worth;
  const lists = useAnswer("lists", null).answer;
  const fraction = (value: number): string => quantityText(value, "fraction");
  return (
    <form class="panel" onSubmit={(event) => event.preventDefault()}>
      <Suggested
        label={all.simulate.device}
        value={state.device}
        suggestions={(lists?.devices ?? []).map(({ id, name }) => [id, name])}
        change={(device) => change({ device })}
      />
      <LogSlider
        label={words.devices}
        value={state.devices ?? 1}
        min={1}
        max={10_000}
        text={(value) => quantityText(Math.round(value), "count")}
        change={(devices) => change({ devices: Math.round(devices ?? 1) })}
      />
      <LogSlider
        label={words.horizon}
        value={state.horizon ?? 3}
        min={0.25}
        max={20}
        text={words.years}
        change={(horizon) => change({ horizon })}
      />
      <LogSlider
        label={words.utilisation}
        value={state.utilisation ?? 0.6}
        min={0.01}
        max={1}
        text={fraction}
        change={(utilisation) => change({ utilisation })}
      />
      <LogSlider
        label={words.growth}
        value={state.growth ?? 0.3}
        min={0.01}
        max={10}
        text={fraction}
        change={(growth) => change({ growth })}
      />
      <LogSlider
        label={words.discount}
        value={state.discount ?? 0.1}
        min={0.01}
        max={1}
        text={fraction}
        change={(discount) => change({ discount })}
      />
    </form>
  );
}

/** Terms in other units than plain numbers. */
const TERM_KINDS: Partial<Readonly<Record<InvestTerm, QuantityKind>>> = {
  growth: "fraction",
  discount: "fraction",
  rentFall: "fraction",
  resale: "fraction",
  utilisation: "fraction",
  price: "money",
  running: "money",
  rent: "money",
};

function termText(key: InvestTerm, { p10, p50, p90 }: Omit<Interval, "basis">): string {
  const kind = TERM_KINDS[key];
  const text = (value: number): string =>
    kind === undefined ? significant(value) : quantityText(value, kind);
  return p10 === p90 ? text(p50) : `${text(p50)} [${text(p10)}–${text(p90)}]`;
}

function Answer({ answer }: { readonly answer: WorthView }): JSX.Element {
  const words = useWords().worth;
  const { title, best, cost, probability, breakEven, terms, rentDate } = answer;
  const fraction = (value: number): string => quantityText(value, "fraction");
  return (
    <>
      <p class="verdict kept" role="status">
        <strong>{words.best(title, words.ways[best])}</strong>{" "}
        {words.likely(fraction(probability.buy), fraction(probability.wait))}{" "}
        {words.breakEven(fraction(breakEven.p50), fraction(breakEven.p10), fraction(breakEven.p90))}
      </p>
      <IntervalBars
        title={words.bars}
        kind="money"
        unknown=""
        bars={STRATEGIES.map((name) => ({
          id: name,
          label: words.ways[name],
          interval: cost[name],
        }))}
      />
      <WorthSwings answer={answer} />
      <h2>{words.terms}</h2>
      {rentDate !== null && <p class="hint">{words.rentOf(rentDate)}</p>}
      <DataTable
        label={words.terms}
        columns={[
          { title: words.term },
          { title: words.value, isNumber: true },
          { title: words.source },
        ]}
        rows={terms.map(({ key, value: { p10, p50, p90 }, source }) => ({
          id: key,
          cells: [
            words.termNames[key],
            termText(key, { p10, p50, p90 }),
            source === "given" || source === "prior" ? (
              words.plainSources[source]
            ) : (
              <Said key="source" text={source} />
            ),
          ],
        }))}
      />
    </>
  );
}
