/** Asks ONNX Runtime, in a process of its own, whether pairs of models give the same. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PairAnswer, PairQuestion } from "./_ort-child.ts";

const CHILD = fileURLToPath(new URL("_ort-child.ts", import.meta.url));

/** Answers in the order of the questions; the one at which the process ends is "crashed". */
export async function pairAnswers(
  questions: readonly PairQuestion[],
): Promise<readonly PairAnswer[]> {
  const answers: PairAnswer[] = [];
  while (answers.length < questions.length) {
    const child = spawn(process.execPath, [CHILD], { stdio: ["pipe", "pipe", "ignore"] });
    child.stdin.on("error", () => {});
    const left = questions.slice(answers.length);
    child.stdin.end(left.map((each) => `${JSON.stringify(each)}\n`).join(""));
    for await (const line of createInterface({ input: child.stdout })) {
      answers.push(JSON.parse(line));
    }
    if (answers.length < questions.length) answers.push({ kind: "crashed" });
  }
  return answers;
}
