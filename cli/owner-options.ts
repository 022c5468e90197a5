/** What an owner knows better than the defaults. */
import type { Command } from "commander";
import type { OwnerFigures } from "../core/index.ts";
import { positiveFlag, quantityFlag, shareFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";

const YEAR = 365.25 * 86_400;

export interface OwnerOptions {
  readonly price?: number;
  readonly rent?: number;
  readonly life?: number;
  readonly residual?: number;
  readonly space?: number;
  readonly electricity?: number;
  readonly staff?: number;
  readonly support?: number;
  readonly network?: number;
  readonly utilisation?: number;
}

export function addOwnerOptions(command: Command): Command {
  return command
    .option("--price <money>", "of a device with its host, bought: '$33,000'", moneyFlag("--price"))
    .option("--rent <price>", "of a device on demand: 2.50 USD/h", positiveFlag("--rent", "rent"))
    .option("--utilisation <share>", "share of hours at work", positiveShare("--utilisation"))
    .option("--life <time>", "years until written off: 4y", yearsFlag("--life"))
    .option("--residual <share>", "share of the price fetched then", shareFlag("--residual"))
    .option("--space <money>", "room, a kW and month: '$184'", moneyFlag("--space"))
    .option("--electricity <price>", "0.13 USD/kWh", quantityFlag("--electricity", "tariff"))
    .option("--staff <money>", "people, a device and year: '$300'", moneyFlag("--staff"))
    .option("--support <share>", "of the price, a year", shareFlag("--support"))
    .option("--network <share>", "between hosts, of the price", shareFlag("--network"));
}

export function ownerFrom(options: OwnerOptions): OwnerFigures {
  const { price, life, residual, space, electricity, staff, support, network, utilisation } =
    options;
  const all = { price, life, residual, space, electricity, staff, support, network, utilisation };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function moneyFlag(name: string): (text: string) => number {
  const read = quantityFlag(name, "money");
  return (text) => {
    const money = read(text);
    if (money >= 0) return money;
    throw inputError(name, "no less than nothing", text);
  };
}

/** A time above zero, in years. */
export function yearsFlag(name: string): (text: string) => number {
  const read = positiveFlag(name, "time");
  return (text) => read(text) / YEAR;
}

function positiveShare(name: string): (text: string) => number {
  const read = shareFlag(name);
  return (text) => {
    const share = read(text);
    if (share > 0) return share;
    throw inputError(name, "more than nothing", text);
  };
}
