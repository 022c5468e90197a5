/** A process for one part, so that what crashes or hangs in foreign code takes only itself down. */
import { rmSync } from "node:fs";
import process from "node:process";
import type { Asked, PartName, Telling } from "./part.ts";

export interface Errand {
  readonly part: PartName;
  readonly asked: Asked;
  /** For temporary files: the parent removes it, and a child whose parent died. */
  readonly folder: string;
}

const PARTS: Readonly<Record<PartName, (asked: Asked) => Promise<Telling>>> = {
  native: async (asked) => (await import("./native-lanes.ts")).nativeLanes(asked),
  webgpu: async (asked) => (await import("../gpu/index.ts")).webgpuLanes(asked),
  cuda: async (asked) => (await import("../gpu/index.ts")).cudaLanes(asked),
};

process.once("message", (errand: Errand) => void told(errand));

async function told({ part, asked, folder }: Errand): Promise<void> {
  const orphaned = () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  };
  process.once("disconnect", orphaned);
  for await (const one of await PARTS[part](asked)) process.send?.(one);
  process.send?.({ kind: "end" });
  process.off("disconnect", orphaned);
  process.disconnect();
}
