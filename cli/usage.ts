/** What a user runs today: the file that `rightsize` reads. */
import * as z from "zod";
import {
  decodeWorkload,
  findDevice,
  offers,
  parseQuantity,
  type Catalogue,
  type Offer,
} from "../core/index.ts";
import { decode } from "../core/decode.ts";
import { accepted, inputError } from "./input-error.ts";

const COUNT_MAX = 1e6;

const instance = z.strictObject({
  provider: z.string(),
  name: z.string(),
  region: z.string().optional(),
  way: z.enum(["on-demand", "spot", "reserved"]).default("on-demand"),
  count: z.int().min(1).max(COUNT_MAX),
  utilisation: z.number().min(0).max(1).describe("busy share, measured"),
  hourly: z.string().optional().describe("what one really costs: 40 USD/h"),
});

const usage = z.strictObject({
  model: z.string(),
  workload: z.union([z.string(), z.looseObject({})]).default("chat"),
  rate: z.string().describe("requests a second, measured: 8/s"),
  ttft: z.string().optional(),
  tpot: z.string().optional(),
  precision: z.array(z.string()).optional(),
  instances: z.array(instance).min(1).max(1000),
});

export interface Running {
  readonly offer: Offer;
  readonly count: number;
  readonly utilisation: number;
  /** Of one, USD. */
  readonly hourly: number;
  readonly isOwnPrice: boolean;
}

export interface Usage {
  readonly model: string;
  readonly workload: string | null;
  /** Lengths that replace the workload's. */
  readonly lengths: {
    readonly input: number;
    readonly output: number;
    readonly cached: number;
  } | null;
  readonly rate: number;
  readonly ttft: number | null;
  readonly tpot: number | null;
  readonly precision: readonly string[] | null;
  readonly running: readonly Running[];
}

/** Errors: where the file breaks its shape, names an instance that is not in the catalogue, or a unit is wrong. */
export function usageFrom(json: unknown, input: string, catalogue: Catalogue): Usage {
  const read = accepted(decode(usage, json), input);
  const quantity = (text: string | undefined, dimension: "time" | "rate" | "rent") =>
    text === undefined ? null : accepted(parseQuantity(text, dimension), input);
  const rate = quantity(read.rate, "rate");
  if (rate === null || rate <= 0) throw inputError(`${input}: rate`, "more than none", read.rate);
  const own =
    typeof read.workload === "string" ? null : accepted(decodeWorkload(read.workload), input);
  return {
    model: read.model,
    workload: typeof read.workload === "string" ? read.workload : null,
    lengths:
      own === null ? null : { input: own.input.mean, output: own.output.mean, cached: own.cached },
    rate,
    ttft: quantity(read.ttft, "time"),
    tpot: quantity(read.tpot, "time"),
    precision: read.precision ?? null,
    running: read.instances.map(({ hourly, count, utilisation, ...named }, at) => {
      const offer = offerOf(named, `${input}: instances[${at}]`, catalogue);
      const paid = quantity(hourly, "rent");
      const listed = offer.dollarsPerHour;
      if (paid === null && listed === undefined)
        throw inputError(`${input}: instances[${at}].hourly`, "a price", undefined);
      return {
        offer,
        count,
        utilisation,
        hourly: paid ?? listed ?? 0,
        isOwnPrice: paid !== null,
      };
    }),
  };
}

function offerOf(
  {
    provider,
    name,
    region,
    way,
  }: Pick<z.infer<typeof instance>, "provider" | "name" | "region" | "way">,
  input: string,
  catalogue: Catalogue,
): Offer {
  const found = offers(catalogue).find(
    (offer) =>
      offer.provider === provider &&
      offer.name === name &&
      offer.kind === way &&
      (region === undefined || offer.region === region),
  );
  if (found === undefined) {
    const place = region === undefined ? "" : ` in ${region}`;
    throw inputError(
      input,
      "an instance of tenlane catalogue --list prices",
      `${provider} ${name}${place}, ${way}`,
    );
  }
  accepted(findDevice(catalogue, found.device), input);
  return found;
}
