/** Shards put together: line by line, in the order of the whole sweep. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../input-error.ts";
import type { SweepLine } from "./outcome.ts";
import type { Study } from "./study.ts";
import {
  headed,
  readLine,
  refuseOther,
  shardCount,
  type Header,
  type Shard,
} from "./sweep-file.ts";

/** Shards that can be open at a time. */
export const SHARDS_MAX = 1000;

export function shardName({ number, count }: Shard): string {
  return `shard-${number}-of-${count}.jsonl`;
}

const SHARD_NAME = /^shard-(\d+)-of-(\d+)\.jsonl$/u;

/** How many shards the files of a folder are of. Errors: none, some missing, or of different splits. */
export function shardsIn(folder: string, input: string): number {
  const found = readdirSync(folder).flatMap((name) => {
    const [, number, count] = SHARD_NAME.exec(name) ?? [];
    return number === undefined ? [] : [{ number: Number(number), count: Number(count) }];
  });
  const [first] = found;
  if (first === undefined) throw inputError(input, "shard-1-of-n.jsonl and so on", "no shard");
  const { count } = first;
  const other = found.find((each) => each.count !== count);
  if (other !== undefined) {
    throw inputError(input, `shards of ${count} only`, shardName(other));
  }
  if (count > SHARDS_MAX) throw inputError(input, `at most ${SHARDS_MAX} shards`, count);
  const there = new Set(found.map(({ number }) => number));
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
    (number) => !there.has(number),
  );
  if (missing.length === 0) return count;
  throw inputError(input, `all ${count} shards`, `none of number ${missing.join(", ")}`);
}

/** Every line of the shards in `folder`, in order of their points. Errors: a shard of another study, or one cut short. */
export function* merged(folder: string, study: Study, whole: Header): Generator<SweepLine> {
  const count = shardsIn(folder, folder);
  const open = Array.from({ length: count }, (_, index) => {
    const shard = { number: index + 1, count };
    const path = join(folder, shardName(shard));
    const { header, rest } = headed(path);
    refuseOther(path, { ...whole, shard }, header);
    return { path, header, rest };
  });
  for (let index = 0; index < whole.points; index += 1) {
    const from = open[index % count];
    const place = Math.floor(index / count);
    const next = from?.rest.next();
    if (from === undefined || next === undefined || next.done === true) {
      const { path, header } = from ?? { path: folder, header: whole };
      throw inputError(path, `${shardCount(header)} points`, place);
    }
    yield readLine(next.value, { ...from, study, place });
  }
  for (const { path, header, rest } of open) {
    if (rest.next().done !== true) {
      throw inputError(path, `${shardCount(header)} points`, "more lines");
    }
  }
}
