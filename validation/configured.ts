/** A device as a row configured it: engines laid out on an FPGA, and the clock they ran at. */
import type { Device } from "../core/index.ts";
import type { Row } from "./row.ts";

const ENGINES: readonly RegExp[] = [/(\d+) [\w-]+ kernels? running/, /at (\d+)PE@/];
const CLOCKS: readonly RegExp[] = [
  /DPU frequency used ([\d.]+) MHz/,
  /kernels? running at ([\d.]+) ?MHz/i,
];

/** `device` with the engines and the clock that the notes of the row print, its rates in proportion. */
export function configured(device: Device, row: Row): Device {
  const { units, clock } = device;
  if (device.array === undefined || units === undefined || clock === undefined) return device;
  const engines = ENGINES.map((words) => Number(words.exec(row.notes)?.[1])).find((n) => n > 0);
  const printed = CLOCKS.map((words) => Number(words.exec(row.notes)?.[1]) * 1e6).find(
    (n) => n > 0,
  );
  const own = { units: engines ?? units, clock: printed ?? clock };
  const share = (own.units / units) * (own.clock / clock);
  const peak = Object.fromEntries(
    Object.entries(device.peak).map(([precision, rate]) => [precision, rate * share]),
  );
  return { ...device, ...own, peak };
}

/**
 * `count` devices that deal the tokens of one sample among them, as one: rates, memory, units and power in proportion; what
 * they exchange is little beside it (four tensors an attention), and kernels are launched as often as by one.
 */
export function gathered(device: Device, count: number): Device {
  if (count === 1) return device;
  const { memory = {}, units, vector, cache, peak, power = {} } = device;
  const times = <T extends object>(rates: T): T =>
    Object.fromEntries(
      Object.entries(rates).map(([key, rate]) => [key, Number(rate) * count]),
    ) as T;
  return {
    ...device,
    peak: times(peak),
    memory: times(memory),
    power: times(power),
    ...(units === undefined ? {} : { units: units * count }),
    ...(vector === undefined ? {} : { vector: vector * count }),
    ...(cache === undefined ? {} : { cache: cache * count }),
  };
}

/**
 * Share of a device that a row ran on: the smallest of an A100's instances has an eighth of its memory and its cache, and
 * 14 of its 108 units.
 *
 * Source: NVIDIA Multi-Instance GPU user guide, "Supported MIG profiles" (1g.10gb: memory 1/8, SMs 1/7 of 98)
 */
export function instanceShare({ hardware }: Row): number {
  return MIG.test(hardware) ? 1 / 8 : 1;
}

/** Name of the whole device. */
export function wholeDevice({ hardware }: Row): string {
  return hardware.replace(MIG, "");
}

const MIG = / MIG 1x1g\.10gb$/;
