/**
 * `tenlane watch` as a program of its own: the wish is its only argument.
 *
 * What only the end needs is loaded then: streams and tables take 2 MB.
 */
import process from "node:process";
import { interruption } from "../interruption.ts";
import { watchWished, type Wish } from "./wish.ts";

const wish: Wish = JSON.parse(process.argv[2] ?? "");
const note = (text: string) => void process.stderr.write(text);
try {
  const watched = await watchWished(wish, interruption(), note);
  const { ownShell } = await import("../shell.ts");
  const { answerText } = await import("../answer.ts");
  const { watchAnswer } = await import("../watch-answer.ts");
  const shell = ownShell();
  shell.print(answerText(watchAnswer(watched), wish.isJson, shell));
} catch (error) {
  const { ownShell } = await import("../shell.ts");
  const { failureText } = await import("../failure.ts");
  const shell = ownShell();
  shell.note(failureText(error, shell, wish.isVerbose));
  process.exitCode = 1;
}
