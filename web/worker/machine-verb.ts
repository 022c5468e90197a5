/** The machine that an address brings. */
import type { Machine } from "../road/own-device.ts";
import { linkedMachine } from "./link-machine.ts";
import type { Parts } from "./messages.ts";

export async function* machineAnswer({ text }: { readonly text: string }): Parts<Machine> {
  yield await linkedMachine(text);
}
