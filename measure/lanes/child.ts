/** A process for one part, so that what crashes or hangs in foreign code takes only itself down. */
import process from "node:process";
import type { Asked, PartName, Telling } from "./part.ts";

export interface Errand {
  readonly part: PartName;
  readonly asked: Asked;
}

const PARTS: Readonly<Record<PartName, (asked: Asked) => Promise<Telling>>> = {
  native: async (asked) => (await import("./native-lanes.ts")).nativeLanes(asked),
  webgpu: async (asked) => (await import("../gpu/index.ts")).webgpuLanes(asked),
  cuda: async (asked) => (await import("../gpu/index.ts")).cudaLanes(asked),
};

process.once("message", ({ part, asked }: Errand) => void told(part, asked));

async function told(part: PartName, asked: Asked): Promise<void> {
  for await (const one of await PARTS[part](asked)) process.send?.(one);
  process.send?.({ kind: "end" });
  process.disconnect();
}
