/** The body of a request as JSON. */
import { shown } from "../../core/result.ts";
import { refusal, type Refusal } from "./refusal.ts";

/** Configurations nest some five deep; what nests without end would end the stack of whoever walks it. */
const DEPTH_MAX = 64;

export function parsedBody(text: string): { readonly json: unknown } | Refusal {
  if (depthOf(text) > DEPTH_MAX) return refusal([], `at most ${DEPTH_MAX} levels`, "more");
  try {
    return { json: JSON.parse(text) };
  } catch {
    return refusal([], "JSON", shown(text));
  }
}

/** Levels of brackets, those inside of strings left out; in one pass, whatever the text. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  let isString = false;
  for (let index = 0; index < text.length; index += 1) {
    const mark = text[index];
    if (mark === '"') isString = !isString;
    else if (isString) index += mark === "\\" ? 1 : 0;
    else if (mark === "[" || mark === "{") most = Math.max(most, (depth += 1));
    else if (mark === "]" || mark === "}") depth -= 1;
  }
  return most;
}
