export { fitMachine, leftOut, pricesOf, PROBES, type MachineRun } from "./fit-machine.ts";
export { decodeMachine, runTime, type Kernel, type Machine, type RunTime } from "./machine.ts";
export { kernelsOf, predictRun } from "./predict-run.ts";
