/** Answers in bytes: what a process that serves one request at a time holds. */
import { assert } from "../core/assert.ts";
import { memory } from "../core/estimate/index.ts";
import { lognormal } from "../core/interval.ts";
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import type { Row } from "./row.ts";
import { servingQuery } from "./serving-query.ts";
import type { World } from "./world.ts";

/** Weights, activations of the prompt, the cache of the request and the runtime. */
export function predictMemory(row: Row, world: World): Answer {
  const asked = servingQuery({ ...row, output_tokens: row.output_tokens ?? 1 }, world, "whole");
  if (typeof asked === "string") return unanswered(asked);
  const { query, lengths } = asked;
  const { model, system, load } = query;
  assert(model.kind === "transformer", "a query of served text has a transformer");
  const { engine } = query.placement;
  const tokens = lengths.input.mean + lengths.output.mean;
  const own = world.engines.find(({ id }) => row.engine.toLowerCase().startsWith(id)) ?? engine;
  const { runtime = 0, logitBytes } = own;
  const alone = { ...engine, runtime, logitBytes, stepTokensMax: tokens, sequencesMax: 1 };
  const held = memory({ model, system, load, placement: { ...query.placement, engine: alone } });
  if ("reason" in held) return unanswered(refusalOf(held));
  const { weights, activations, communication, bytesPerToken, bytesPerSequence } = held;
  const cache = bytesPerSequence + tokens * bytesPerToken;
  const bytes = weights + activations + communication + held.runtime + cache;
  return { interval: lognormal(bytes, SPREAD, "analytic") };
}

/** Of the logarithm: allocators and compilers keep copies that nobody counts. Source: assumption */
const SPREAD = 0.3;
