/** Colour and weight of text on a terminal. */
import { styleText } from "node:util";
import type { Shell } from "./shell.ts";

type Style = Parameters<typeof styleText>[0];

/** `text` in a style where the shell shows colours, else as it is. */
export function paint(shell: Pick<Shell, "isColoured">, style: Style, text: string): string {
  return shell.isColoured ? styleText(style, text, { validateStream: false }) : text;
}
