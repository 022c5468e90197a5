/** Buy, rent or wait: for programs and for people. */
import { chartSvg, intervalText, significant } from "../core/index.ts";
import {
  ageDays,
  backtest,
  STRATEGIES,
  type Investment,
  type InvestTerms,
  type Measured,
  type Next,
  type Trend,
} from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import type { Shell } from "./shell.ts";
import { agedText } from "./today-option.ts";
import { wrapped } from "./wrapped.ts";
import { termsText, tornado } from "./worth-tables.ts";

interface Shown {
  readonly title: string;
  readonly horizon: number;
  readonly investment: Investment;
  readonly terms: InvestTerms;
  readonly line: Trend;
  readonly next: readonly Next[];
  readonly rentDate: string | undefined;
  readonly today: string;
}

export function investAnswer(shown: Shown): Answer {
  const { title, horizon, investment, terms, line, next, rentDate, today } = shown;
  const { cost, buyLessRent, probability, breakEven } = investment;
  const best = STRATEGIES.toSorted((a, b) => cost[a].answer.p50 - cost[b].answer.p50)[0] ?? "rent";
  const { casts, spread } = backtest(line.launches);
  const rentAge = ageDays(rentDate, today);
  const json = {
    title,
    horizon,
    best,
    cost: Object.fromEntries(STRATEGIES.map((name) => [name, cost[name].answer])),
    buyLessRent,
    probability,
    breakEven,
    rent: { date: rentDate ?? null, age: rentAge },
    trend: { yearly: line.yearly, spread: line.spread, launches: line.launches.length },
    backtest: { spread, casts },
    next,
    terms: Object.values(terms),
  };
  return {
    json,
    text: (shell) =>
      [
        paint(
          shell,
          "bold",
          `${title}, over ${horizon === 1 ? "a year" : `${significant(horizon)} years`}`,
        ),
        "",
        laidOut(
          {
            columns: [
              { title: "net present cost", align: "left" },
              { title: "p50 [p10–p90]", align: "right" },
              { title: "less than renting", align: "right" },
            ],
            rows: STRATEGIES.map((name) => [
              name === "wait" ? "rent, then buy the next generation" : name,
              intervalText(cost[name].answer, "money"),
              name === "rent" ? "" : `probability ${probability[name].toFixed(2)}`,
            ]),
          },
          shell,
        ),
        ...[
          `Buying costs less than renting above ${intervalText(breakEven, "fraction")} of hours at work.`,
          terms.rent.source === "given"
            ? "Rent: your price."
            : `Rent: ${agedText(rentDate, rentAge)}.`,
          `A dollar buys ${significant(line.yearly.p50)} times as much each year [${significant(line.yearly.p10)}–${significant(line.yearly.p90)}], from ${line.launches.length} launches; each foretold from those before it, the error was a factor of ${significant(Math.exp(spread))}.`,
        ].map((sentence) => wrapped(sentence, shell.columns)),
        "",
        ...nextText(next, shell),
        paint(shell, "bold", "Buying less renting, $"),
        "",
        laidOut(tornado(buyLessRent, 8), shell),
        termsText(Object.values(terms), shell),
      ].join("\n"),
  };
}

/** Later parts of the vendor, whose prices nobody has printed. */
function nextText(next: readonly Next[], shell: Shell): readonly string[] {
  if (next.length === 0) return [];
  return [
    laidOut(
      {
        columns: [
          { title: "later part", align: "left" },
          { title: "launch", align: "left" },
          { title: "work", align: "right" },
          { title: "price on trend", align: "right" },
          { title: "work a dollar", align: "right" },
        ],
        rows: next.map(({ device, launched, status, work, price, perDollar }) => [
          device,
          status === "announced" ? `${launched}, announced` : launched,
          `× ${significant(work)}`,
          intervalText(price, "money"),
          `× ${significant(perDollar.p50)} [${significant(perDollar.p10)}–${significant(perDollar.p90)}]`,
        ]),
      },
      shell,
    ),
    "A price on trend is no quote: nobody has printed one.",
    "",
  ];
}

/** Performance a dollar by launch, with the line at the median price. */
export function trendPlot(line: Trend, measure: Measured): string {
  const prices = line.launches.map(({ price }) => price).toSorted((a, b) => a - b);
  const middle = prices[Math.floor(prices.length / 2)] ?? 1;
  const size = measure === "compute" ? 1e9 : 1e6;
  const unit = measure === "compute" ? "GFLOP/s in 16 bits" : "MB/s";
  return chartSvg({
    title: "What a dollar bought, by launch",
    yLabel: `${unit} a dollar of list price; line at ${significant(middle)} USD`,
    points: line.launches.map(({ device, vendor, year, perDollar }) => ({
      label: device,
      group: vendor,
      x: year,
      y: perDollar / size,
    })),
    line: (year) => line.at(year, middle) / size,
  });
}
