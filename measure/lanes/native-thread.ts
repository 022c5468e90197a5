/** One core of this machine: repeats an operator of ONNX Runtime in step with others. */
import { parentPort, workerData } from "node:worker_threads";
import { threadClock } from "./cpu-clock.ts";
import { met, type Step } from "./in-step.ts";
import { sessionRates, type NativeTask, type Runtime } from "./native-lanes.ts";

const { path, kind, spell, clock, ...step } = workerData as NativeTask & Step;
const runtime = (await import(path)) as Runtime;
const rates = await sessionRates(runtime, kind, {
  spell,
  now: clock === "processor" ? threadClock() : null,
  ready: () => met(step),
});
parentPort?.postMessage(rates, []);
