/** A measured machine from text of an address: six figures, and nothing that names or replaces another device. */
import * as z from "zod/mini";
import { ownDevice, type Machine } from "../road/own-device.ts";
import { unpacked } from "./link-text.ts";

const between = (low: number, high: number): z.ZodMiniNumber =>
  z.number().check(z.gte(low), z.lte(high));

/** Past every browser, so that a wider figure is not one that was measured. */
const machineShape: z.ZodMiniType<Machine> = z.strictObject({
  kind: z.enum(["cpu", "gpu"]),
  compute: between(1e6, 1e17),
  bandwidth: between(1e6, 1e15),
  memory: between(2 ** 20, 2 ** 50),
  cores: z.int().check(z.gte(1), z.lte(65_536)),
  date: z.iso.date(),
});

/** Refuses what is no such machine. */
export function linkedMachine(text: string): Promise<Machine> {
  return unpacked(text, machineShape, "a device in the address, whole");
}

/** The machine as entries of a catalogue. */
export async function machineEntries(text: string, isLinked: boolean): Promise<unknown> {
  return ownDevice(await linkedMachine(text), isLinked ? "Machine of this link" : "My machine");
}
