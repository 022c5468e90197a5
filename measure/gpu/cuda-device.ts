/** One GPU of NVIDIA: what its driver says of it, its memory, its clock and its counter of energy. */
import type { Joules, Seconds } from "../../core/units.ts";
import type { Gpu } from "../lanes/part.ts";
import type { Driver, FunctionName, Input, Output } from "./driver.ts";

/** A call that did not succeed. */
export class DriverError extends Error {
  override name = "DriverError";

  constructor(call: FunctionName, status: number) {
    super(`${call} gave ${status}`);
  }
}

/** The results of a call. Errors: throws {@link DriverError}. */
export function results(
  driver: Driver,
  name: FunctionName,
  ...inputs: readonly Input[]
): readonly Output[] {
  const { status, out } = driver.call(name, ...inputs);
  if (status !== 0) throw new DriverError(name, status);
  return out;
}

export function whole(driver: Driver, name: FunctionName, ...inputs: readonly Input[]): number {
  return Number(results(driver, name, ...inputs)[0]);
}

/** A handle, or an address of the device. */
export function reference(driver: Driver, name: FunctionName, ...inputs: readonly Input[]): bigint {
  return BigInt(results(driver, name, ...inputs)[0] as bigint);
}

/** Numbers of attributes. Source: cuda.h, CUdevice_attribute */
const ATTRIBUTE = { clock: 13, multiprocessors: 16, cache: 38, major: 75, minor: 76 } as const;

export interface CudaDevice {
  readonly gpu: Gpu;
  /** 8.9 of "compute capability 8.9". */
  readonly capability: number;
  /** What it has drawn so far; null where it has no counter. */
  readonly energy: () => Joules | null;
  /** Takes memory for as long as `use` takes. */
  readonly withMemory: <T>(
    sizes: readonly number[],
    use: (addresses: readonly bigint[]) => Promise<T>,
  ) => Promise<T>;
  /** Seconds by the clock of the device from before the first to after the last of what `launch` starts. */
  readonly timed: (launch: () => void) => Seconds;
  readonly close: () => void;
}

export function openDevice(driver: Driver, index: number): CudaDevice {
  const device = whole(driver, "cuDeviceGet", index);
  const attribute = (number: number) => whole(driver, "cuDeviceGetAttribute", number, device);
  const capability = attribute(ATTRIBUTE.major) + attribute(ATTRIBUTE.minor) / 10;
  const counter = nvmlDevice(driver, device);
  const gpu: Gpu = {
    by: "CUDA",
    name: String(results(driver, "cuDeviceGetName", device)[0]),
    vendor: "NVIDIA",
    architecture: `sm_${Math.round(capability * 10)}`,
    isSoftware: false,
    memory: Number(results(driver, "cuDeviceTotalMem_v2", device)[0]),
    units: attribute(ATTRIBUTE.multiprocessors),
    power: counter?.limit ?? null,
    clock: attribute(ATTRIBUTE.clock) * 1e3,
    cache: attribute(ATTRIBUTE.cache),
  };
  results(driver, "cuCtxSetCurrent", reference(driver, "cuDevicePrimaryCtxRetain", device));
  const stamps = [
    reference(driver, "cuEventCreate", 0),
    reference(driver, "cuEventCreate", 0),
  ] as const;
  return {
    gpu,
    capability,
    energy: () => counter?.energy() ?? null,
    withMemory: (sizes, use) => withMemory(driver, sizes, use),
    timed: (launch) => {
      results(driver, "cuEventRecord", stamps[0], 0n);
      launch();
      results(driver, "cuEventRecord", stamps[1], 0n);
      results(driver, "cuEventSynchronize", stamps[1]);
      return Number(results(driver, "cuEventElapsedTime", ...stamps)[0]) / 1e3;
    },
    close: () => void driver.call("cuDevicePrimaryCtxRelease_v2", device),
  };
}

interface Counter {
  readonly energy: () => Joules | null;
  readonly limit: number | null;
}

/** Found by its place on the bus: NVML counts devices that CUDA_VISIBLE_DEVICES hides. */
function nvmlDevice(driver: Driver, device: number): Counter | null {
  if (!driver.has("nvml") || driver.call("nvmlInit_v2").status !== 0) return null;
  const place = String(results(driver, "cuDeviceGetPCIBusId", device)[0]);
  const found = driver.call("nvmlDeviceGetHandleByPciBusId_v2", place);
  const [own] = found.out;
  if (found.status !== 0 || own === undefined) return null;
  const said = (name: FunctionName): number | null => {
    const { status, out } = driver.call(name, own as bigint);
    return status === 0 ? Number(out[0]) : null;
  };
  const times = (value: number | null, unit: number) => (value === null ? null : value * unit);
  return {
    energy: () => times(said("nvmlDeviceGetTotalEnergyConsumption"), 1e-3),
    limit: times(said("nvmlDeviceGetEnforcedPowerLimit"), 1e-3),
  };
}

async function withMemory<T>(
  driver: Driver,
  sizes: readonly number[],
  use: (addresses: readonly bigint[]) => Promise<T>,
): Promise<T> {
  const addresses: bigint[] = [];
  try {
    for (const size of sizes) addresses.push(reference(driver, "cuMemAlloc_v2", BigInt(size)));
    return await use(addresses);
  } finally {
    for (const address of addresses) driver.call("cuMemFree_v2", address);
  }
}
