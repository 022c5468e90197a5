/** A lane that fails: its cache is lost, and whoever was in it begins anew elsewhere. */
import type { Job } from "./job.ts";
import { tokensGained } from "./drafts.ts";
import type { Lane } from "./lane.ts";

/** Empties the lane; what its requests had been given stays given, and is computed again as prompt. */
export function evacuate(lane: Lane): readonly Job[] {
  const decoding = [...new Set(lane.newest)].filter(({ ends }) => ends >= 0);
  for (const job of decoding) {
    const gained = tokensGained(lane, job);
    restart(job, job.prefix + gained);
    job.given += gained;
    job.began = -1;
    job.ends = -1;
  }
  for (const job of lane.prompts) restart(job, job.left + job.prefix);
  const waiting = lane.waiting.toArray();
  for (const job of waiting) restart(job, job.left + job.prefix);
  const all = [...decoding, ...lane.prompts, ...waiting];
  lane.waiting.clear();
  lane.ending.clear();
  lane.prompts = [];
  lane.newest = [];
  lane.decoding = 0;
  lane.context = 0;
  lane.promised = 0;
  lane.isFull = false;
  lane.prefixes.keep({ pieces: [] }, 0);
  return all;
}

function restart(job: Job, tokens: number): void {
  job.left = tokens;
  job.prefix = 0;
}
