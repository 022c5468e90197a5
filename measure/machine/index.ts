export { GraphWriter } from "./graph-writer.ts";
export { measuredRun, measureMachine, type RunAsked } from "./measure-machine.ts";
