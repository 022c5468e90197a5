/** The process in which an engine runs, so that whatever happens to it happens to nobody else. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { deserialize, serialize } from "node:v8";
import type * as Runtime from "onnxruntime-node";
import type { Outcome } from "../../core/optimise/index.ts";
import { compared } from "./_compare.ts";
import { decoded } from "./_greedy.ts";
import { opened, Refusal, taken, type Engine } from "./_engine.ts";
import { answerFile, JOB_FILE, type Answers, type Job, type Task } from "./_job.ts";
import { profiled } from "./_profile.ts";
import { counted } from "./_throughput.ts";

const [folder = "", index = "0"] = process.argv.slice(2);

// A parent that died leaves nobody to remove the folder.
process.once("disconnect", () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
});

// The binding reads 16-bit floats from a Uint16Array; the library wraps them in a Float16Array wherever there is one.
Reflect.deleteProperty(globalThis, "Float16Array");

const { task, engine, beside, root }: Job = deserialize(readFileSync(join(folder, JOB_FILE)));
writeFileSync(join(folder, answerFile(Number(index))), serialize(await outcome()));
process.exit(0);

async function outcome(): Promise<Outcome<Answers[keyof Answers]>> {
  try {
    const { default: runtime } = (await import(engine.url)) as { readonly default: typeof Runtime };
    const at = { runtime, folder, beside, root, isWeb: engine.isWeb };
    return { kind: "done", value: await answer(task, at) };
  } catch (error) {
    if (error instanceof Refusal) return error.outcome;
    throw error;
  }
}

async function answer(asked: Task, at: Engine): Promise<Answers[keyof Answers]> {
  if (asked.kind === "compare") return compared(at, asked);
  if (asked.kind === "throughput") return counted(at, asked);
  if (asked.kind === "decode") return decoded(at, asked);
  if (asked.kind === "profile") return profiled(at, asked.subject);
  const { subject } = asked;
  const session = await opened(at, subject);
  const all = [];
  for (const turn of subject.feeds.keys()) all.push(taken(await session.run(turn)));
  return all;
}
