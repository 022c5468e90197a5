export { measuredRun, measureMachine, type RunAsked } from "./measure-machine.ts";
