import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice } from "../catalogue/index.ts";
import { chartSvg } from "../report/index.ts";
import { invest, presentCost, type InvestTerms } from "./invest.ts";
import { HOURS_A_YEAR } from "../estimate/index.ts";
import { investTerms } from "./invest-terms.ts";
import { machineOf } from "./machine.ts";
import { nextParts } from "./next.ts";
import { probabilityUnder } from "./probability.ts";
import { backtest, launches, trend, yearOf, type Launch } from "./trend.ts";
import { given, prior } from "../uncertain.ts";

const near = (got: number, expected: number, share = 1e-9) =>
  assert.ok(Math.abs(got - expected) <= share * Math.abs(expected), `${got} is not ${expected}`);

/** Nothing grows, falls or is discounted. */
const STILL = {
  devices: 10,
  growth: 0,
  discount: 0,
  utilisation: 0.5,
  price: 30_000,
  running: 0.5,
  rent: 2,
  improvement: 1,
  rentFall: 0,
  life: 4,
  resale: 1,
  next: 1,
  jump: 2,
};

test("presentCost() of buying is the price, running, less what is left of it", () => {
  // 300,000 + 10 · 0.5 · 2 years of hours − half of 300,000
  near(presentCost("buy", STILL, 2), 300_000 + 5 * 2 * HOURS_A_YEAR - 150_000);
});

test("presentCost() of renting is hours at work", () => {
  near(presentCost("rent", STILL, 2), 10 * 0.5 * 2 * 2 * HOURS_A_YEAR);
});

test("presentCost() of waiting a year is a year's rent and then half the price, a year of it used", () => {
  const expected = 10 * HOURS_A_YEAR + 150_000 + 5 * HOURS_A_YEAR - 150_000 * (3 / 4);
  near(presentCost("wait", STILL, 2), expected);
});

test("presentCost() of growth buys the new work at the price it then has", () => {
  const values = { ...STILL, growth: 1, improvement: 2, running: 0, resale: 0 };
  // quarters: need 10·2^(q/4), price 30,000·2^(−q/4): each quarter adds 10·(2^(q/4) − 2^((q−1)/4))
  const expected = [1, 2, 3].reduce(
    (sum, q) => sum + 10 * (2 ** (q / 4) - 2 ** ((q - 1) / 4)) * 30_000 * 2 ** (-q / 4),
    300_000,
  );
  near(presentCost("buy", values, 1), expected);
});

test("presentCost() of money in a year counts less by the discount", () => {
  const values = { ...STILL, discount: 0.1, running: 0, resale: 0, next: 1, rent: 0 };
  near(presentCost("wait", values, 1.25), 150_000 / 1.1);
});

test("presentCost() of rent falls with rents and counts less by the discount, quarter by quarter", () => {
  const values = { ...STILL, devices: 1, utilisation: 1, rent: 1, discount: 0.21, rentFall: 0.19 };
  // 0.81 / 1.21 a year is (0.9 / 1.1)² , so a quarter is its root
  const quarter = Math.sqrt(0.9 / 1.1);
  const expected = (HOURS_A_YEAR / 4) * (1 + quarter + quarter ** 2 + quarter ** 3);
  near(presentCost("rent", values, 1), expected);
});

test("presentCost() of what is left in two years counts less by two years of the discount", () => {
  const values = { ...STILL, devices: 1, running: 0, discount: 0.25 };
  // 30,000 less half of it over 1.25²
  near(presentCost("buy", values, 2), 30_000 - 15_000 / 1.5625);
});

function terms(values: Partial<typeof STILL> = {}): InvestTerms {
  const all = { ...STILL, ...values };
  const entries = Object.entries(all).map(([key, value]) => [key, given(key, value)]);
  // Every key of STILL is a term and the other way round.
  return Object.fromEntries(entries) as InvestTerms;
}

test("invest() breaks even where the rent of so many hours is what buying costs", () => {
  const { breakEven } = invest(terms(), 2);
  const at = { ...STILL, utilisation: breakEven.p50 };
  near(presentCost("rent", at, 2), presentCost("buy", at, 2));
});

test("invest() is sure of what nobody doubts, and less so of what hangs on a prior", () => {
  assert.equal(invest(terms({ utilisation: 1 }), 2).probability.buy, 1);
  const doubted = { ...terms({ utilisation: 1 }), utilisation: prior("u", [0.1, 0.7, 1]) };
  const { probability, buyLessRent } = invest(doubted, 2);
  assert.ok(probability.buy > 0.1 && probability.buy < 0.99);
  assert.deepEqual(
    buyLessRent.swings.map(({ name }) => name),
    ["u"],
  );
});

test("probabilityUnder() is a half at the median, a tenth at p10, nine tenths at p90", () => {
  const x = { p10: -3, p50: 1, p90: 2, basis: "analytic" } as const;
  for (const [limit, share] of [
    [-3, 0.1],
    [1, 0.5],
    [2, 0.9],
  ] as const) {
    assert.ok(Math.abs(probabilityUnder(x, limit) - share) < 1e-6);
  }
});

test("probabilityUnder() of what is as much is none where nobody doubts it, half where somebody does", () => {
  const sure = { p10: 0, p50: 0, p90: 0, basis: "analytic" } as const;
  assert.equal(probabilityUnder(sure, 0), 0);
  assert.equal(probabilityUnder({ ...sure, p10: -5 }, 0), 0.5);
  assert.equal(probabilityUnder({ ...sure, p10: -5 }, 1), 1);
});

/** On the line ln(perf/price) = year·ln(1.3) − 0.5·ln(price) exactly. */
function made(year: number, price: number): Launch {
  const perDollar = 1.3 ** (year - 2015) / Math.sqrt(price);
  return { device: `d${year}-${price}`, vendor: "v", year, price, perDollar };
}

test("trend() of parts on a line is the line, and foretells each exactly", () => {
  const all = [2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023].map((year, index) =>
    made(year, index % 2 === 0 ? 10_000 : 1000),
  );
  const line = trend(all);
  near(line?.yearly.p50 ?? 0, 1.3);
  near(line?.yearly.p90 ?? 0, 1.3, 1e-6);
  near(line?.at(2025, 5000) ?? 0, made(2025, 5000).perDollar, 1e-6);
  const { casts, spread } = backtest(all);
  assert.equal(casts.length, 2);
  assert.ok(spread < 1e-6);
});

test("trend() is as sure of a year as least squares of two years, two prices and known errors are", () => {
  // Years ±1 and ln prices ±2 about their means, errors ±r by their product: 8·r² of 5 degrees of freedom over 8
  const r = (Math.sqrt(5) * Math.LN2) / 1.2815515655446004;
  const all = [-1, -1, -1, -1, 1, 1, 1, 1].map((side, index): Launch => {
    const dear = index % 2 === 0 ? -1 : 1;
    const perDollar = Math.exp(r * side * dear);
    return {
      device: `${index}`,
      vendor: "v",
      year: 2015 + side,
      price: Math.exp(2 * dear),
      perDollar,
    };
  });
  const yearly = trend(all)?.yearly;
  near(yearly?.p50 ?? 0, 1);
  near(yearly?.p90 ?? 0, 2);
});

test("trend() is less sure of a year where later parts are dearer: half the years are then told by prices", () => {
  // ln price = year + side, so that of the years' 8 squares only 4 are not prices'; 8·r² of 5 degrees of freedom
  const r = Math.LN2 / (1.2815515655446004 * Math.sqrt(8 / 5 / 4));
  const all = [0, 1, 2, 3, 4, 5, 6, 7].map((index): Launch => {
    const year = index % 4 < 2 ? -1 : 1;
    const side = index % 2 === 0 ? -1 : 1;
    const perDollar = Math.exp(r * year * side);
    return {
      device: `${index}`,
      vendor: "v",
      year: 2015 + year,
      price: Math.exp(year + side),
      perDollar,
    };
  });
  const yearly = trend(all)?.yearly;
  near(yearly?.p50 ?? 0, 1);
  near(yearly?.p90 ?? 0, 2);
});

test("backtest() foretells a part from none that came on the same day", () => {
  const before = [2016, 2017, 2018, 2019, 2020, 2021].map((year, index) =>
    made(year, index % 2 === 0 ? 10_000 : 1000),
  );
  const wild = { ...made(2022, 1000), device: "a", perDollar: 1 };
  const { casts } = backtest([...before, wild, { ...made(2022, 5000), device: "b" }]);
  const ratio = casts.find(({ device }) => device === "b")?.ratio;
  near(ratio ?? 0, 1, 1e-6);
});

test("investTerms() of cards that stand in no server adds 0.4 of a server, up to 0.67", () => {
  const machine = machineOf(catalogue, { device: "rtx-4090", devices: 1 });
  assert.ok(machine.ok);
  const found = investTerms(machine.value, { rent: 0.5 }, { owner: {}, measure: "compute" });
  assert.ok(found.ok);
  const list = machine.value.system.device.price ?? Number.NaN;
  const { p10, p50, p90 } = found.value.terms.price.value;
  near(p10, list);
  near(p50, 1.4 * list);
  near(p90, 1.67 * list);
});

test("investTerms() of two servers has the network between them in the price, and runs a device on what it owes", () => {
  const of = (devices: number, network?: number) => {
    const machine = machineOf(catalogue, { device: "h100-sxm", devices });
    assert.ok(machine.ok);
    const owner = { support: 0, space: 0, staff: 300, electricity: 0 };
    const asked = {
      owner: network === undefined ? owner : { ...owner, network },
      measure: "compute",
    } as const;
    const found = investTerms(machine.value, {}, asked);
    assert.ok(found.ok);
    return found.value.terms;
  };
  near(of(8).price.value.p50, 199_000 / 8);
  near(of(16).price.value.p50, (199_000 / 8) * 1.1);
  near(of(16, 0.2).price.value.p50, (199_000 / 8) * 1.2);
  // The price is written off over 1e9 years: a millionth is left
  near(of(16).running.value.p50, 300 / HOURS_A_YEAR, 1e-6);
  near(of(16).rent.value.p50, 55.04 / 8);
});

test("nextParts() are later, faster, of one vendor, at the work's price over what a dollar buys more", () => {
  const [old, ...others] = catalogue.accelerators.filter(({ id }) => id === "h100-sxm");
  assert.ok(old !== undefined && others.length === 0);
  const part = (id: string, launched: string, flops: string) => ({
    ...old,
    id,
    name: id,
    aliases: [],
    launched,
    figures: { "peak/matrix/bf16/dense": { value: flops, source: "epoch", at: "test" } },
  });
  const accelerators = [
    part("now", "2020-01", "100 TFLOPS"),
    part("next", "2022-01", "400 TFLOPS"),
    part("slow", "2022-01", "100 TFLOPS"),
    part("before", "2018-01", "400 TFLOPS"),
    { ...part("theirs", "2022-01", "400 TFLOPS"), vendor: "AMD" as const },
  ];
  const few = { ...catalogue, accelerators };
  const now = findDevice(few, "now");
  assert.ok(now.ok);
  const measure = "compute";
  const known = terms({ price: 9000, improvement: 1.5, jump: 1 });
  const next = nextParts(few, now.value, { measure, terms: known });
  assert.deepEqual(
    next.map(({ device }) => device),
    ["next"],
  );
  // Two years of 1.5: a dollar buys 2.25 times as much, four times the work costs 4 / 2.25 of 9,000
  near(next[0]?.perDollar.p50 ?? 0, 2.25);
  near(next[0]?.price.p50 ?? 0, 16_000);
  near(next[0]?.price.p90 ?? 0, 16_000);
  // 3 of the trend over two years and 4 of the jump are 5, in logarithms of 1.1
  const doubted = {
    ...known,
    improvement: prior("", [1, 1.5, 1.5 * 1.1 ** 1.5]),
    jump: prior("", [1.1 ** -4, 1, 1.1 ** 4]),
  };
  const [wide] = nextParts(few, now.value, { measure, terms: doubted });
  near(wide?.price.p90 ?? 0, 16_000 * 1.1 ** 5);
  near(wide?.perDollar.p10 ?? 0, 2.25 / 1.1 ** 5);
});

test("trend() of fewer than six parts is none", () => {
  assert.equal(trend([made(2016, 1), made(2017, 2)]), null);
});

test("trend() of the catalogue: a dollar buys more each year, and no part is foretold from itself", () => {
  for (const measure of ["compute", "bandwidth"] as const) {
    const all = launches(catalogue, measure);
    const line = trend(all);
    assert.ok(all.length >= 15 && line !== null);
    assert.ok(line.yearly.p10 > 1 && line.yearly.p90 < 1.6);
    assert.ok(backtest(all).casts.length >= 10);
  }
});

test("yearOf() reads a day, a month and a year", () => {
  assert.equal(yearOf("2022-01-01"), 2022);
  near(yearOf("2022-09"), 2022 + 8 / 12);
  assert.equal(yearOf("2022"), 2022.5);
});

test("chartSvg() has more above less and later right of earlier, all inside, on decades that hold them", () => {
  const points = [
    { x: 2016.5, y: 3, label: "a", group: "g" },
    { x: 2023.9, y: 470, label: "b", group: "g" },
  ];
  const svg = chartSvg({ title: "t", yLabel: "y", points, line: () => 30 });
  const dots = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/gu)].map((dot) =>
    dot.slice(1).map(Number),
  );
  const [, , width = 0, height = 0] =
    /viewBox="([^"]+)"/u.exec(svg)?.[1]?.split(" ").map(Number) ?? [];
  const [[ax = 0, ay = 0] = [], [bx = 0, by = 0] = []] = dots;
  assert.ok(0 < ax && ax < bx && bx < width);
  assert.ok(0 < by && by < ay && ay < height);
  const line = Number(
    /stroke-dasharray/u.test(svg) && /d="M[\d.]+ ([\d.]+)L[^"]*" stroke="#666"/u.exec(svg)?.[1],
  );
  // Decades from 1 to 1,000: 30 is in the middle of 3 and 300.
  assert.ok(Math.abs((ay - line) / (line - by) - 1 / Math.log10(470 / 30)) < 0.02);
  assert.match(svg, />1,?000</u);
});

test("chartSvg() draws a dot a point, names escaped", () => {
  const points = [
    { label: "a<b", group: "x", x: 2020, y: 1 },
    { label: "c", group: "y", x: 2022, y: 10 },
  ];
  const svg = chartSvg({ title: "t", yLabel: "y", points, line: () => 3 });
  assert.equal(svg.match(/r="4" fill="#\w+"><title>/gu)?.length, 2);
  assert.match(svg, /a&lt;b/u);
  assert.ok(!svg.includes("NaN"));
});
