/** Devices of the catalogue with the figures that generations are compared by. */
import { devices, offersFor, type Device } from "../../core/index.ts";
import { currentCatalogue } from "./current-catalogue.ts";
import type { Parts } from "./messages.ts";

export interface DeviceRow {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly kind: Device["kind"];
  readonly status: Device["status"];
  /** ISO date; null where no source says. */
  readonly launched: string | null;
  /** Dense FLOP/s in BF16, or FP16 where there is no BF16; the fastest format the device multiplies. */
  readonly wide: number | null;
  readonly fastest: number | null;
  readonly bandwidth: number | null;
  readonly capacity: number | null;
  readonly power: number | null;
  /** Dollars for one. */
  readonly price: number | null;
  /** Cheapest rent of one by the hour, on demand. */
  readonly rent: number | null;
}

export async function* devicesAnswer(): Parts<readonly DeviceRow[]> {
  yield devices(currentCatalogue()).map(rowOf);
}

function rowOf(device: Device): DeviceRow {
  const { id, name, vendor, kind, status, launched, peak, memory, power, price } = device;
  const rents = offersFor(currentCatalogue(), id)
    .filter((offer) => offer.kind === "on-demand")
    .flatMap(({ dollarsPerHour, count }) =>
      dollarsPerHour === undefined ? [] : [dollarsPerHour / count],
    );
  const rates = Object.values(peak);
  return {
    id,
    name,
    vendor,
    kind,
    status,
    launched: launched ?? null,
    wide: peak.bf16 ?? peak.fp16 ?? null,
    fastest: rates.length === 0 ? null : Math.max(...rates),
    bandwidth: memory?.bandwidth ?? null,
    capacity: memory?.capacity ?? null,
    power: power?.max ?? null,
    price: price ?? null,
    rent: rents.length === 0 ? null : Math.min(...rents),
  };
}
