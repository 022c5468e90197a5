/**
 * One scheduler with its own KV cache: waiting requests, prompts under way, sequences decoding.
 *
 * State is kept so that a step costs what changes in it, not what runs in it (notes/002): decodes are
 * a heap by the step in which they end and a sum of contexts.
 *
 * Source: vLLM v1 scheduler (vllm/v1/core/sched/scheduler.py): running requests first, then waiting
 * ones within the token budget; preemption of the newest with recompute. sgl-project/sglang
 * python/sglang/srt/managers/scheduler.py (a retraction raises new_token_ratio, which closes admission).
 */
import Denque from "denque";
import FlatQueue from "flatqueue";
import { assert } from "../assert.ts";
import type { Seconds, Tokens } from "../units.ts";
import { decodeSteps, type Pace, paceOf, tokensGained } from "./drafts.ts";
import type { Job } from "./job.ts";
import { type PrefixCache, prefixCache } from "./prefix-cache.ts";
import type { Arrival, Piece, Policy } from "./types.ts";

const NEWEST_SLACK = 64;

/** A prompt, or a piece of one, in a step. */
export interface Chunk {
  readonly job: Job;
  readonly tokens: Tokens;
}

export interface Lane {
  readonly policy: Policy;
  readonly pace: Pace;
  readonly waiting: Denque<Job>;
  prompts: Job[];
  /** Decoding, in order of admission; ended and preempted ones stay until they reach the top. */
  newest: Job[];
  readonly ending: FlatQueue<Job>;
  decoding: number;
  /** Tokens in the cache of decoding sequences. */
  context: Tokens;
  /** Tokens set aside for prompts under way, and for answers to come where they are reserved. */
  promised: Tokens;
  step: number;
  /** Nobody is let in until an answer has ended: prompts that go first would take the room again. */
  isFull: boolean;
  preemptions: number;
  /** Step from which on those who wait are let in, where the engine gathers or polls; -1 is nobody. */
  gathering: number;
  /** What ended requests left in the cache. */
  readonly prefixes: PrefixCache;
}

export function lane(policy: Policy): Lane {
  return {
    policy,
    pace: paceOf(policy),
    waiting: new Denque<Job>(),
    prompts: [],
    newest: [],
    ending: new FlatQueue<Job>(),
    decoding: 0,
    context: 0,
    promised: 0,
    step: 0,
    isFull: false,
    preemptions: 0,
    gathering: -1,
    prefixes: prefixCache(),
  };
}

/** Whether the request alone fits the context and the cache; one that does not is refused on arrival. */
export function canEverFit({ policy }: Lane, { input, output }: Arrival, wanted: number): boolean {
  if (input + output > (policy.contextMax ?? Infinity)) return false;
  return input + wanted + policy.block <= policy.cacheTokens;
}

export function isIdle(lane: Lane): boolean {
  return lane.decoding === 0 && lane.prompts.length === 0 && lane.waiting.isEmpty();
}

export function running(lane: Lane): number {
  return lane.decoding + lane.prompts.length;
}

/** Tokens of cache in use, with half a block lost a sequence. */
export function cacheUse(lane: Lane): Tokens {
  return lane.context + lane.promised + (running(lane) * lane.policy.block) / 2;
}

/**
 * The prompts of the next step, admitting what fits; decodes then join if the policy mixes. Where prompts are not cut the first
 * of a step is computed whole, however long: operators raise the budget to the longest prompt, for engines refuse longer ones.
 */
export function nextChunks(lane: Lane, now: Seconds): Chunk[] {
  const { policy } = lane;
  const chunks: Chunk[] = [];
  const isShut = policy.drained || lane.isFull;
  const isOpen = (!isShut || running(lane) === 0) && untilOpen(lane) === 0;
  let budget = policy.stepTokensMax - (policy.mixed ? lane.decoding * lane.pace.computed : 0);
  for (const prompt of lane.prompts) {
    const tokens = Math.min(prompt.left, Math.max(0, budget));
    if (tokens > 0) chunks.push({ job: prompt, tokens });
    budget -= tokens;
  }
  while (isOpen && budget > 0) {
    const head = lane.waiting.peekFront();
    if (head === undefined) break;
    findPrefix(lane, head);
    const room = policy.chunked || chunks.length > 0 ? budget : Infinity;
    if (!admits(lane, head, room)) break;
    lane.waiting.shift();
    admit(lane, head, now);
    if (head.left === 0) {
      decodeFrom(lane, head, now);
      budget -= policy.mixed ? lane.pace.computed : 0;
      continue;
    }
    const tokens = Math.min(head.left, room);
    chunks.push({ job: head, tokens });
    budget -= tokens;
  }
  return chunks;
}

/** Steps until whoever waits is let in, where the engine gathers newcomers or looks for them now and then. */
function untilOpen(lane: Lane): number {
  const { gather = 0, poll = 1 } = lane.policy;
  if (gather === 0 && poll === 1) return 0;
  if (lane.waiting.isEmpty() || running(lane) === 0) {
    lane.gathering = -1;
    return 0;
  }
  if (lane.gathering < 0) lane.gathering = Math.ceil((lane.step + gather) / poll) * poll;
  return Math.max(0, lane.gathering - lane.step);
}

/** A request that has computed nothing yet begins after the longest prefix of whole blocks that the cache holds. */
function findPrefix({ prefixes, policy }: Lane, head: Job): void {
  const { pieces, input } = head.arrival;
  if (pieces === undefined || head.given > 0) return;
  const held = Math.min(input - 1, prefixes.held(pieces));
  head.prefix = held - (held % policy.block);
  head.found = head.prefix;
  head.left = input - head.prefix;
}

/** Begins to decode at once: the prompt was computed elsewhere and its cache has come, with the first token. */
function decodeFrom(lane: Lane, head: Job, now: Seconds): void {
  if (head.first < 0) head.first = now;
  lane.prompts.pop();
  lane.promised -= head.prefix + reserved(lane, head);
  beginDecoding(lane, head);
}

/** Whether there is a place, cache and, for a prompt that is not cut, `room` for all of it in the step. */
function admits(lane: Lane, head: Job, room: Tokens): boolean {
  const { policy } = lane;
  const { left, prefix } = head;
  if (running(lane) >= policy.sequencesMax) return false;
  if (!policy.chunked && left > room) return false;
  return (
    cacheUse(lane) + left + prefix + reserved(lane, head) + policy.block / 2 <= policy.cacheTokens
  );
}

function admit(lane: Lane, head: Job, now: Seconds): void {
  if (head.admitted < 0) head.admitted = now;
  lane.prompts.push(head);
  lane.promised += head.left + head.prefix + reserved(lane, head);
}

function reserved({ policy }: Lane, { wanted, given }: Job): Tokens {
  return policy.reserve === "whole" ? wanted - given : 0;
}

/** Books the prompts of a step that ended at `now`; those complete give a token and begin to decode. */
export function finishChunks(lane: Lane, chunks: readonly Chunk[], now: Seconds): Job[] {
  const ended: Job[] = [];
  let complete = false;
  for (const { job: prompt, tokens } of chunks) {
    prompt.left -= tokens;
    prompt.prefix += tokens;
    if (prompt.left > 0) continue;
    complete = true;
    lane.promised -= prompt.prefix + reserved(lane, prompt);
    prompt.given += 1;
    if (prompt.first < 0) prompt.first = now;
    keepPrefix(lane, prompt.arrival.pieces);
    if (prompt.given >= prompt.wanted) ended.push(prompt);
    else beginDecoding(lane, prompt);
  }
  if (complete) lane.prompts = lane.prompts.filter((prompt) => prompt.left > 0);
  return ended;
}

/** Blocks that no sequence uses keep what was computed, until they are needed. */
function keepPrefix(lane: Lane, pieces: readonly Piece[] | undefined, answer?: Piece): void {
  if (pieces === undefined) return;
  const text = answer === undefined ? { pieces } : { pieces, answer };
  lane.prefixes.keep(text, Math.max(0, lane.policy.cacheTokens - cacheUse(lane)));
}

function beginDecoding(lane: Lane, prompt: Job): void {
  const { policy } = lane;
  prompt.began = lane.step;
  prompt.ends = lane.step + decodeSteps(policy, prompt.arrival, prompt.wanted - prompt.given);
  lane.ending.push(prompt, prompt.ends);
  remember(lane, prompt);
  lane.decoding += 1;
  lane.context += prompt.prefix;
  lane.promised += reserved(lane, prompt);
}

/** Keeps the order of admission without keeping those that have left: at most twice what runs. */
function remember(lane: Lane, prompt: Job): void {
  lane.newest.push(prompt);
  if (lane.newest.length > 2 * lane.decoding + NEWEST_SLACK) {
    lane.newest = lane.newest.filter(({ ends }) => ends >= 0);
  }
}

/** Decodes `steps` tokens of every running sequence; gives the jobs whose answers are complete. */
export function decode(lane: Lane, steps: number): Job[] {
  lane.step += steps;
  const grown = lane.decoding * steps * lane.pace.mean;
  lane.context += grown;
  if (lane.policy.reserve === "whole") lane.promised -= grown;
  const ended: Job[] = [];
  for (;;) {
    const ends = lane.ending.peekValue();
    if (ends === undefined || ends > lane.step) {
      if (ended.length > 0) lane.isFull = false;
      return ended;
    }
    const done = lane.ending.pop();
    if (done === undefined || done.ends !== ends) continue;
    leave(lane, done);
    done.given = done.wanted;
    if (done.arrival.answer !== undefined)
      keepPrefix(lane, done.arrival.pieces, done.arrival.answer);
    ended.push(done);
  }
}

/** Steps until the first running answer is complete or newcomers are let in; 0 when none decodes. */
export function stepsToNextChange(lane: Lane): number {
  for (;;) {
    const ends = lane.ending.peekValue();
    if (ends === undefined) return 0;
    if (lane.ending.peek()?.ends === ends) {
      return Math.min(ends - lane.step, untilOpen(lane) || Infinity);
    }
    lane.ending.pop();
  }
}

function leave(lane: Lane, done: Job): void {
  const gained = (lane.step - done.began) * lane.pace.mean;
  lane.decoding -= 1;
  lane.context = lane.decoding === 0 ? 0 : lane.context - done.prefix - gained;
  if (lane.policy.reserve === "whole") lane.promised -= reserved(lane, done) - gained;
  done.began = -1;
  done.ends = -1;
}

/** Takes the newest sequences out until one more token a sequence fits; they are computed again later. */
export function preempt(lane: Lane): void {
  while (
    cacheUse(lane) + lane.decoding * lane.pace.computed > lane.policy.cacheTokens &&
    lane.decoding > 1
  ) {
    const victim = lane.newest.pop();
    if (victim === undefined || victim.ends < 0) continue;
    const gained = tokensGained(lane, victim);
    leave(lane, victim);
    victim.left = victim.prefix + gained;
    victim.prefix = 0;
    victim.given += gained;
    lane.waiting.unshift(victim);
    lane.preemptions += 1;
    lane.isFull = !lane.policy.mixed;
    assert(lane.context >= 0, `context below zero: ${lane.context}`);
  }
}
