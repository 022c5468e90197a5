/** Words of the road, in English. */
export const road = {
  heading: "The lanes of a road",
  about:
    "One core that computes one number at a time is a road of one lane. SIMD, more cores and accelerators add lanes, up to the ten-lane road of a large chip. Measure this machine beside devices of the catalogue.",
  measure: "Measure this machine",
  noGpu: "This browser offers no GPU.",
  memory: "Memory of this machine",
  save: "Save as my device",
  use: "Use in plans",
  runs: {
    heading: "What it runs, for one person",
    about:
      "A prompt of 1,024 tokens, one request at a time, in the format that answers soonest. Speeds of code as plain as the browser's: llama.cpp with its own kernels may be faster. A name leads to its plans.",
    model: "Model",
    format: "Format",
    speed: "Writes",
    first: "Until the first token",
    none: "does not fit",
    working: "searching",
  },
  progress: {
    idle: "Some seconds, all in this browser.",
    working: "Measuring …",
    done: "Measured.",
    failed: "This browser could not measure.",
  },
  figure: "Show",
  figures: {
    compute: "Arithmetic: products of matrices",
    bandwidth: "Memory bandwidth",
    attention: "Attention",
  },
  devices: "Devices beside it",
  lanes: {
    scalar: "One core, scalar",
    simd: "One core, SIMD",
    cores: "All cores, SIMD",
    gpu: "GPU by WebGPU",
  },
  lane: "Lane",
  kind: "Kind",
  kinds: {
    measured: "measured here, FP32",
    printed: "as the vendor prints, BF16 or FP16",
    announced: "as the vendor announces, BF16 or FP16",
  },
  kindsShort: {
    measured: "measured here",
    printed: "printed by the vendor",
    announced: "announced",
  },
  times: "Times the slowest",
  unknown: (devices: string): string => `No source in the catalogue prints this of ${devices}.`,
  laneMore: (factor: string): string => `Each lane more is ${factor} times as much.`,
  chart: (figure: string): string => figure,
  method:
    "Measured: products of FP32 matrices, attention in FP32 and copies of memory by plain kernels in WebAssembly and WebGPU, best effort of a browser. Printed: dense peaks of datasheets, which no kernel reaches.",
  attention: "Nobody prints attention: beside it stand the same peaks, which bound it.",
};
