/** A thread of a sweep: takes tasks one by one. */
import { parentPort } from "node:worker_threads";
import { ownShell } from "../shell.ts";
import { keptPlans } from "./kept-plans.ts";
import { failure } from "./outcome.ts";
import type { Task } from "./task.ts";

const done = keptPlans(ownShell());

parentPort?.on("message", async (task: Task) => {
  parentPort?.postMessage(await done(task).catch((error: unknown) => failure(error)), []);
});
