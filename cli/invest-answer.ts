/** Buy, rent or wait: for programs and for people. */
import { chartSvg, intervalText, quantityText, significant } from "../core/index.ts";
import {
  ageDays,
  backtest,
  STRATEGIES,
  type Investment,
  type InvestTerms,
  type Measured,
  type Trend,
} from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { agedText } from "./today-option.ts";
import { termTable, tornado } from "./worth-tables.ts";

interface Shown {
  readonly title: string;
  readonly horizon: number;
  readonly investment: Investment;
  readonly terms: InvestTerms;
  readonly line: Trend;
  readonly rentDate: string | undefined;
  readonly today: string;
}

export function investAnswer(shown: Shown): Answer {
  const { title, horizon, investment, terms, line, rentDate, today } = shown;
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
    terms: Object.values(terms),
  };
  return {
    json,
    text: (shell) =>
      [
        paint(shell, "bold", `${title}, over ${significant(horizon)} years`),
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
        `Buying costs less than renting above ${quantityText(breakEven.p50, "fraction")} of hours at work [${quantityText(breakEven.p10, "fraction")}–${quantityText(breakEven.p90, "fraction")}].`,
        `Rent: ${agedText(rentDate, rentAge)}.`,
        `A dollar buys ${significant(line.yearly.p50)} times as much each year [${significant(line.yearly.p10)}–${significant(line.yearly.p90)}], from ${line.launches.length} launches; each foretold from those before it, the error was a factor of ${significant(Math.exp(spread))}.`,
        "",
        paint(shell, "bold", "Buying less renting, $"),
        "",
        laidOut(tornado(buyLessRent, 8), shell),
        laidOut(termTable(Object.values(terms)), shell),
      ].join("\n"),
  };
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
