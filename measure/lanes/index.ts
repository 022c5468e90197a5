export { gpuFile, processorFile, type OwnCatalogue } from "./device-file.ts";
export { powerLimit } from "./energy.ts";
export { fastest, isCompute, type Lane } from "./lane.ts";
export { treeAt, type Machine } from "./machine.ts";
export { measureLanes, type GpuLanes, type Measured } from "./measure-lanes.ts";
export type { PartName } from "./part.ts";
