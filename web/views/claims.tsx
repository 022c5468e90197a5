/** What is said of machines, beside what datasheets bound, what is predicted and what was published. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { significant, type Claim, type Interval, type PublishedRatio } from "../../core/index.ts";
import { readValues, textField, writeValues } from "../address.ts";
import { Actions } from "../parts/actions.tsx";
import { Chart, type PlotLibrary } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Suggested } from "../parts/controls.tsx";
import { intervalText } from "../parts/quantity.ts";
import { RefusedNote } from "../parts/refused.tsx";
import { Said } from "../parts/said.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { ClaimView } from "../worker/claim-verb.ts";
import type { Words } from "../words/index.ts";
import type { ListedClaim } from "../worker/lists.ts";
import { commandText } from "./command-text.ts";
import { logTicks } from "./log-ticks.ts";
import type { ViewProps } from "./view.ts";

const fields = { claim: textField("dgx-h100-9x-dgx-a100") };

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().claims;
  const state = useMemo(() => readValues(fields, query), [query]);
  const lists = useAnswer("lists", null).answer;
  const { answer, refused, isWorking } = useAnswer("claim", { text: state.claim });
  const change = (claim: string): void => show(writeValues(fields, { claim }));
  return (
    <section aria-busy={isWorking} id="answer">
      <h1>{words.heading}</h1>
      <p class="hint">{words.about}</p>
      <Suggested
        label={words.claim}
        value={state.claim}
        suggestions={(lists?.claims ?? []).map(({ id, statement }) => [id, statement])}
        change={change}
      />
      <RefusedNote refused={refused} />
      {answer !== null && <Answer answer={answer} />}
      <Listed claims={lists?.claims ?? []} asked={answer?.claim?.id ?? ""} change={change} />
      <Actions
        command={commandText("claim", [state.claim])}
        sheet={{
          name: "claim",
          columns: ["kind", "name", "p10", "p50", "p90"],
          rows: barsOf(answer).map(({ kind, name, p10, p50, p90 }) => [kind, name, p10, p50, p90]),
          json: answer,
        }}
      />
    </section>
  );
}

function Answer({ answer }: { readonly answer: ClaimView }): JSX.Element {
  const words = useWords().claims;
  const { claim, of, over, judged } = answer;
  return (
    <>
      {claim !== null && (
        <blockquote lang="en">
          <p>“{claim.statement}”</p>
        </blockquote>
      )}
      {of !== null && over !== null && (
        <>
          <h2>{words.ratio(of, over)}</h2>
          <Ratios answer={answer} />
        </>
      )}
      {claim !== null && <Verdict claim={claim} />}
      {judged !== null && <Judgement {...judged} />}
    </>
  );
}

function Verdict({ claim }: { readonly claim: Claim }): JSX.Element {
  const words = useWords().claims;
  const { facts, verdict, because } = claim;
  return (
    <>
      <h2>{words.published}</h2>
      <ul>
        {facts.map(({ text, source }) => (
          <li key={text}>
            <Said text={text} /> <small lang="en">({source})</small>
          </li>
        ))}
      </ul>
      <Judgement verdict={verdict} because={because} />
    </>
  );
}

function Judgement({ verdict, because }: Pick<Claim, "verdict" | "because">): JSX.Element {
  const words = useWords().claims;
  return (
    <p class={verdict === "holds" ? "verdict kept" : "verdict broken"}>
      <strong>{words.verdict(words.verdicts[verdict])}</strong> <Said text={because} />
    </p>
  );
}

interface RatioBar {
  readonly kind: "bound" | "predicted" | "published";
  readonly name: string;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly text: string;
}

function barsOf(answer: ClaimView | null): readonly RatioBar[] {
  if (answer === null) return [];
  return [
    ...answer.figures.map(({ name, ratio }) => ({
      kind: "bound" as const,
      name,
      p10: ratio,
      p50: ratio,
      p90: ratio,
      text: `${significant(ratio)}×`,
    })),
    ...answer.predicted.flatMap(({ workload, use, answer: each }) =>
      "reason" in each ? [] : [predictedBar(`${workload}, ${use}`, each)],
    ),
    ...answer.published.slice(0, PUBLISHED_SHOWN).map(publishedBar),
  ];
}

/** Those that most workloads are behind. */
const PUBLISHED_SHOWN = 12;

function predictedBar(name: string, { p10, p50, p90, basis }: Interval): RatioBar {
  const text = intervalText({ p10, p50, p90, basis }, "count");
  return { kind: "predicted", name, p10, p50, p90, text: `${text} ×` };
}

/** From the least to the most of its workloads. */
function publishedBar({ about, source, least, median, most }: PublishedRatio): RatioBar {
  const [p10, p50, p90] = [least, median, most];
  const text = `${significant(median)} [${significant(least)}–${significant(most)}] ×`;
  return { kind: "published", name: `${about}, ${source}`, p10, p50, p90, text };
}

/** What the names of bars may take of a chart, CSS pixels; the rest of a longer name is cut. */
function namesWidth(width: number): number {
  return Math.min(360, width * 0.45);
}

/** Of the chart's letters, CSS pixels, wide enough for those of a name that is all capitals. */
const EM = 14;
const ROW_HEIGHT = 30;
const AXIS_HEIGHT = 70;

function Ratios({ answer }: { readonly answer: ClaimView }): JSX.Element {
  const words = useWords().claims;
  const bars = barsOf(answer).map((bar) => ({
    ...bar,
    name: words.figureName(bar.name),
    kind: words.kinds[bar.kind],
  }));
  const refused = answer.predicted.flatMap(({ workload, answer: each }) =>
    "reason" in each ? [{ workload, message: each.message }] : [],
  );
  return (
    <>
      <Chart
        name="claim"
        label={words.ratioAbout}
        draw={(plot, width) => drawn(bars, words, plot, width)}
        table={{
          columns: [words.figure, words.kind, words.times],
          rows: bars.map(({ name, kind, text }) => [name, kind, text]),
        }}
      />
      {answer.published.some(({ source }) => source.includes("MLPerf")) && (
        <p class="hint">{words.mlperf}</p>
      )}
      {refused.map(({ workload, message }) => (
        <p class="hint" key={workload}>
          {words.figureName(workload)}: <Said text={message} />
        </p>
      ))}
    </>
  );
}

type ShownBar = Omit<RatioBar, "kind"> & { readonly kind: string };

function drawn(
  bars: readonly ShownBar[],
  words: Words["claims"],
  plot: PlotLibrary,
  width: number,
): ReturnType<Parameters<typeof Chart>[0]["draw"]> {
  const ends = bars.flatMap(({ p10, p90 }) => [p10, p90]);
  return {
    width,
    height: ROW_HEIGHT * bars.length + AXIS_HEIGHT,
    marginLeft: namesWidth(width),
    marginRight: 60,
    grid: true,
    x: {
      type: "log",
      label: words.times,
      ticks: logTicks([1, ...ends], Math.max(3, Math.floor(width / 120))),
      tickFormat: (ratio: number) => `${ratio}×`,
    },
    y: { label: null, domain: bars.map(({ name }) => name) },
    color: { legend: true, domain: Object.values(words.kinds) },
    marks: [
      plot.axisY({
        label: null,
        lineWidth: namesWidth(width) / EM,
        textOverflow: "ellipsis-end",
      }),
      plot.ruleX([1], { strokeDasharray: "4 4" }),
      plot.ruleY(bars, {
        x1: "p10",
        x2: "p90",
        y: "name",
        stroke: "kind",
        strokeWidth: 6,
        strokeOpacity: 0.4,
      }),
      plot.dot(bars, { x: "p50", y: "name", fill: "kind", r: 5, tip: true }),
      plot.text(bars, {
        x: "p90",
        y: "name",
        text: (bar: RatioBar) => `${significant(bar.p50)}×`,
        dx: 10,
        textAnchor: "start",
        fill: "currentColor",
      }),
    ],
  };
}

function Listed({
  claims,
  asked,
  change,
}: {
  readonly claims: readonly ListedClaim[];
  readonly asked: string;
  readonly change: (claim: string) => void;
}): JSX.Element {
  const words = useWords().claims;
  return (
    <>
      <h2>{words.all}</h2>
      <ul class="claims">
        {claims.map(({ id, statement, verdict }) => (
          <li key={id}>
            <button
              type="button"
              class="link"
              lang="en"
              aria-current={id === asked ? "true" : undefined}
              onClick={() => change(id)}
            >
              {statement}
            </button>{" "}
            <small>{words.verdicts[verdict]}</small>
          </li>
        ))}
      </ul>
    </>
  );
}
