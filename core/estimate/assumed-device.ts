/**
 * A device whose source leaves out rate, bandwidth or memory, with a figure of devices like it put in.
 *
 * What is put in is said among the assumptions; figures that a source gives are never touched.
 *
 * Source: assumptions, set by hand near single devices and not medians: FPGAs 25 TOPS (VCK190 30.7); GPUs
 * 2048 operations a unit and cycle at 1.3 GHz (AGX Orin; the catalogue's median is 1024 at 1.7), 150 a byte
 * (A100; median 185); arrays 20 GB/s at 3.5 TOPS by the root of the rate and 0.5 MB a TOPS (ZCU102; the
 * median accelerator, with HBM, has seven times the bandwidth and 0.18 MB); CPUs 5 GB/s a core (median 5.5)
 */
import type { Device } from "../catalogue/index.ts";
import type { Bytes, BytesPerSecond, FlopsPerSecond } from "../units.ts";

/** `device` with every figure that an estimate needs, where there is a way to say what it may be. */
export function assumedDevice(device: Device): Device {
  const rated = withRate(device);
  const fastest = Math.max(0, ...Object.values(rated.peak), rated.vector ?? 0);
  if (fastest === 0) return device;
  const bandwidth = rated.memory?.bandwidth ?? likelyBandwidth(rated, fastest);
  const capacity = rated.memory?.capacity ?? likelyCapacity(rated, bandwidth);
  const cache = rated.cache ?? likelyCache(rated, fastest);
  return {
    ...rated,
    memory: { ...rated.memory, bandwidth, capacity },
    ...(cache === undefined ? {} : { cache }),
    assumptions: [
      ...device.assumptions,
      ...(rated === device ? [] : [`${device.name}: arithmetic rate of devices of its kind`]),
      ...lacking(device).map((figure) => `${device.name}: ${figure} of devices of its kind`),
    ],
  };
}

function lacking({ memory }: Device): readonly string[] {
  return [
    ...(memory?.bandwidth === undefined ? ["memory bandwidth"] : []),
    ...(memory?.capacity === undefined ? ["memory"] : []),
  ];
}

const FPGA_RATE = 25e12;
const GPU_FLOPS_PER_CYCLE = 2048;
const GPU_CLOCK = 1.3e9;
const CPU_FLOPS_PER_CYCLE = 32;
const CPU_CLOCK = 2.5e9;

function withRate(device: Device): Device {
  const { kind, peak, vector, units } = device;
  if (isWideMissing(device)) return withHalves(device);
  if (vector !== undefined) return kind === "gpu" ? withFloats(device) : device;
  if (Object.keys(peak).length > 0) return withFloats(device);
  if (kind === "fpga") return { ...device, peak: { int8: FPGA_RATE } };
  if (units === undefined) return device;
  if (kind === "cpu") {
    return { ...device, vector: units * (device.clock ?? CPU_CLOCK) * CPU_FLOPS_PER_CYCLE };
  }
  if (kind !== "gpu") return device;
  const fp16 = units * (device.clock ?? GPU_CLOCK) * GPU_FLOPS_PER_CYCLE;
  return { ...device, peak: { fp16, int8: 2 * fp16 } };
}

/**
 * Rate in 16 bits over that in FP8: half on every GPU of the catalogue that prints both, but one announced.
 * Source: H100 989 over 1,979, L40S 362 over 733, MI300X 1,307 over 2,615, B200 2,250 over 4,500
 */
const HALVES_TO_FP8 = 0.5;

function isWideMissing({ kind, peak }: Device): boolean {
  const printed = peak.bf16 ?? peak.fp16 ?? peak.tf32;
  return kind === "gpu" && peak.fp8 !== undefined && printed === undefined;
}

function withHalves(device: Device): Device {
  const rate = HALVES_TO_FP8 * (device.peak.fp8 ?? 0);
  return { ...device, peak: { ...device.peak, bf16: rate, fp16: rate, tf32: rate / 2 } };
}

/** FP16 over INT8 rate: Cloud AI 100 110 over 325, Inferentia 64 over 128, Orin a half. */
const FLOATS_TO_INTEGERS = 0.4;

/** Integer rates alone are printed of arrays that compute floats too, when asked to. */
function withFloats(device: Device): Device {
  const { int8, ...floats } = device.peak;
  if (int8 === undefined || Object.keys(floats).some((name) => name !== "int4")) return device;
  return { ...device, peak: { ...device.peak, fp16: FLOATS_TO_INTEGERS * int8 } };
}

const GPU_FLOPS_PER_BYTE = 150;
const CORE_BANDWIDTH = 5e9;
const ARRAY_BANDWIDTH = 20e9;
const ARRAY_RATE = 3.5e12;

function likelyBandwidth({ kind, peak, units = 16 }: Device, fastest: FlopsPerSecond) {
  if (kind === "cpu") return units * CORE_BANDWIDTH;
  if (kind === "gpu") return (peak.bf16 ?? peak.fp16 ?? fastest) / GPU_FLOPS_PER_BYTE;
  return ARRAY_BANDWIDTH * Math.sqrt(fastest / ARRAY_RATE);
}

/** Hosts are given the memory they need; shared memory comes in sizes that go with its bandwidth. */
const HOST_MEMORY = 512e9;
const GPU_MEMORY_SECONDS = 0.16;
const ARRAY_MEMORY = 8e9;

function likelyCapacity({ kind }: Device, bandwidth: BytesPerSecond): Bytes {
  if (kind === "cpu") return HOST_MEMORY;
  return kind === "gpu" ? GPU_MEMORY_SECONDS * bandwidth : ARRAY_MEMORY;
}

/** Scratchpad bytes to an operation a second: 1.7 MB on an array of 3.5 TOPS. */
const ARRAY_CACHE = 5e-7;

function likelyCache({ kind }: Device, fastest: FlopsPerSecond): Bytes | undefined {
  return kind === "asic" || kind === "fpga" ? ARRAY_CACHE * fastest : undefined;
}
