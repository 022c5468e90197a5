/** Words of worth, in English. */
import type { Draw } from "../../core/index.ts";
import type { CarbonKind, InvestTerm } from "../../core/worth/index.ts";

export const worth = {
  heading: "Buy, rent or wait",
  about:
    "Net present cost of serving a demand that is counted in devices of today. What nobody prints is a prior, and named as one below.",
  devices: "Devices now",
  horizon: "Years to look ahead",
  years: (value: number): string => `${value} years`,
  utilisation: "Hours at work",
  growth: "Growth of demand a year",
  discount: "Discount a year",
  ways: { buy: "buy", rent: "rent", wait: "rent, then buy the next" },
  best: (title: string, way: string): string => `${title}: ${way}.`,
  likely: (buy: string, wait: string): string =>
    `Buying costs less than renting with probability ${buy}, waiting with ${wait}.`,
  breakEven: (middle: string, low: string, high: string): string =>
    `Buying pays above ${middle} of hours at work [${low} to ${high}].`,
  bars: "Net present cost: median, and the interval meant to hold 8 times in 10",
  swings:
    "What decides: buying less renting, each term at its ends, left of zero buying costs less",
  buyLessRent: "Buying less renting",
  low: "at its p10",
  high: "at its p90",
  terms: "Taken as",
  term: "Term",
  termNames: {
    devices: "devices now",
    growth: "growth of demand a year",
    discount: "discount a year",
    rentFall: "fall of rents a year",
    next: "years until the next generation",
    resale: "resale over what is left of its worth",
    utilisation: "share of hours at work",
    life: "years of use",
    price: "price of a device with host and network, USD",
    running: "running a device, USD an hour",
    rent: "rent of a device, USD an hour",
    improvement: "work for a dollar, times as much a year",
    jump: "next generation over that trend",
  } satisfies Record<InvestTerm, string>,
  plainSources: { given: "asked above", prior: "a prior: nobody prints it" },
  value: "Value",
  source: "Source",
  rentOf: (date: string): string => `Rent of ${date}.`,
  energy: "Energy and carbon",
  power: "Power at work, by what draws it",
  parts: {
    devices: "devices",
    hosts: "hosts",
    network: "network",
    cooling: "cooling and losses",
    wall: "all, at the wall",
  } satisfies Record<keyof Draw, string>,
  daily: (energy: string, grams: string, place: string): string =>
    `At work all day it takes ${energy} a day: ${grams} in ${place}.`,
  places: "Where a day's work emits least",
  place: "Place",
  kinds: { average: "average", marginal: "marginal" } satisfies Record<CarbonKind, string>,
};
