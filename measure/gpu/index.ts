export { cudaLanes } from "./cuda-lanes.ts";
export { webgpuLanes } from "./webgpu-lanes.ts";
