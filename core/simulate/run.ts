/**
 * The clock: arrivals and step ends in order of time, over any number of lanes behind a router.
 *
 * A lane that only decodes takes several steps in one stride, as far as nothing can happen to it: no
 * answer ends, memory suffices. An arrival cuts the stride short at the end of the step in progress.
 */
import FlatQueue from "flatqueue";
import { assert } from "../assert.ts";
import type { Seconds, Tokens } from "../units.ts";
import type { Feed } from "./feed.ts";
import { type Job, job } from "./job.ts";
import { canEverFit, decode, finishChunks, isIdle } from "./lane.ts";
import type { Observer } from "./observer.ts";
import { route } from "./router.ts";
import type { Arrival, Router } from "./types.ts";
import { beginStep, cutShort, type Pool, stepped, type Worker, workers } from "./worker.ts";

export interface Setup {
  /** Serves requests whole; where there is a pool for prompts, it only decodes. */
  readonly pool: Pool;
  readonly prompts?: PromptPool;
  readonly feed: Feed;
  readonly router: Router;
  /** More requests than these waiting, or more events, end the traffic. */
  readonly waitingMax: number;
  readonly eventsMax: number;
}

/** Lanes that only compute prompts, and the time to move so many tokens of cache to one that decodes. */
export interface PromptPool {
  readonly pool: Pool;
  readonly transfer: (tokens: Tokens) => Seconds;
}

export interface Outcome {
  readonly sent: number;
  readonly preemptions: number;
  readonly cut: "queue" | "events" | null;
}

type Route = (workers: readonly Worker[], arrival: Arrival) => Worker;

interface Clock {
  readonly setup: Setup;
  readonly observer: Observer;
  readonly serving: readonly Worker[];
  /** Whoever computes prompts: `serving` too, where pools are not apart. */
  readonly entrance: readonly Worker[];
  readonly routes: { readonly entrance: Route; readonly serving: Route };
  /** Requests that follow an answer, by the time at which they come. */
  readonly replies: FlatQueue<Arrival>;
  /** Caches on their way to a lane that decodes, by the time at which they are there. */
  readonly moving: FlatQueue<Job>;
  /** Steps by their end; one that was cut short stands here twice. */
  readonly ready: FlatQueue<Worker>;
  coming: Arrival | null;
  waiting: number;
  sent: number;
  cut: Outcome["cut"];
}

/** Runs the feed to its last answer. */
export function run(setup: Setup, observer: Observer): Outcome {
  const clock = started(setup, observer);
  for (let events = 0; clock.cut !== "events"; events += 1) {
    if (!advance(clock)) break;
    if (events >= setup.eventsMax) clock.cut = "events";
  }
  const all = new Set([...clock.serving, ...clock.entrance]);
  const preemptions = [...all].reduce((total, { lane }) => total + lane.preemptions, 0);
  return { sent: clock.sent, preemptions, cut: clock.cut };
}

function started(setup: Setup, observer: Observer): Clock {
  const { pool, prompts, feed } = setup;
  const serving = workers(pool, 0);
  const entrance = prompts === undefined ? serving : workers(prompts.pool, serving.length);
  return {
    setup,
    observer,
    serving,
    entrance,
    routes: {
      entrance: routeTo(entrance, setup.router),
      serving: routeTo(serving, "least-loaded"),
    },
    replies: new FlatQueue(),
    moving: new FlatQueue(),
    ready: new FlatQueue(),
    coming: feed.next(),
    waiting: 0,
    sent: 0,
    cut: null,
  };
}

function routeTo(among: readonly Worker[], router: Router): Route {
  const lanes = among.map(({ lane }) => lane);
  const choose = route(router);
  return (all, arrival) => {
    const chosen = all[choose(lanes, arrival)];
    assert(chosen !== undefined, "a router chooses one of the lanes");
    return chosen;
  };
}

/** Takes the next event: at equal times arrivals before caches before steps. False when nothing is left. */
function advance(clock: Clock): boolean {
  const { replies, moving, ready, coming } = clock;
  const own = coming?.time ?? Infinity;
  const reply = replies.peekValue() ?? Infinity;
  const moved = moving.peekValue() ?? Infinity;
  const step = ready.peekValue() ?? Infinity;
  const now = Math.min(own, reply, moved, step);
  if (now === Infinity) return false;
  if (own === now) arriveNext(clock);
  else if (reply === now) arrive(clock, replies.pop(), now);
  else if (moved === now) unload(clock, moving.pop(), now);
  else endStep(clock, ready.pop(), now);
  return true;
}

function arriveNext(clock: Clock): void {
  const { coming, setup } = clock;
  if (coming === null) return;
  clock.coming = null;
  arrive(clock, coming, coming.time);
  if (clock.waiting > setup.waitingMax) clock.cut = "queue";
  else clock.coming = setup.feed.next();
}

function arrive(clock: Clock, arrival: Arrival | undefined, now: Seconds): void {
  if (arrival === undefined) return;
  const { entrance, serving, observer, setup } = clock;
  const next = job(clock.sent++, arrival);
  if (setup.prompts !== undefined) next.wanted = 1;
  observer.arrived?.(next, now);
  const worker = clock.routes.entrance(entrance, arrival);
  const fits =
    canEverFit(worker.lane, arrival, next.wanted) &&
    serving.every(({ lane }) => canEverFit(lane, arrival, arrival.output));
  if (fits) {
    enqueue(clock, worker, next, now);
    return;
  }
  observer.refused?.(next, now);
  reply(clock, arrival, now);
}

/** The user who has an answer may send another request. */
function reply(clock: Clock, arrival: Arrival, now: Seconds): void {
  if (clock.cut !== null) return;
  const following = clock.setup.feed.answered(arrival, now);
  if (following !== null) clock.replies.push(following, following.time);
}

function enqueue(clock: Clock, worker: Worker, next: Job, now: Seconds): void {
  worker.lane.waiting.push(next);
  clock.waiting += 1;
  if (worker.start < 0) begin(clock, worker, now);
  else if (worker.steps > 1 && cutShort(worker, now)) clock.ready.push(worker, worker.end);
}

function begin(clock: Clock, worker: Worker, now: Seconds): void {
  const before = worker.lane.waiting.length;
  if (beginStep(worker, now)) clock.ready.push(worker, worker.end);
  clock.waiting += worker.lane.waiting.length - before;
}

function endStep(clock: Clock, worker: Worker | undefined, now: Seconds): void {
  if (worker === undefined || worker.end !== now || worker.start < 0) return;
  const { lane, chunks } = worker;
  clock.observer.stepped?.(stepped(worker));
  const decoded = worker.decodes > 0 ? decode(lane, worker.steps) : [];
  for (const done of decoded) end(clock, done, now);
  for (const done of finishChunks(lane, chunks, now)) end(clock, done, now);
  if (isIdle(lane)) worker.start = -1;
  else begin(clock, worker, now);
}

/** An answer is complete, or a prompt whose answer others give. */
function end(clock: Clock, done: Job, now: Seconds): void {
  const { arrival } = done;
  const { prompts } = clock.setup;
  if (done.given < arrival.output && prompts !== undefined) {
    clock.moving.push(done, now + prompts.transfer(arrival.input));
    return;
  }
  clock.observer.ended?.(done, now);
  reply(clock, arrival, now);
}

/** The cache of a prompt has come: the user sees the first token, and a lane decodes the others. */
function unload(clock: Clock, moved: Job | undefined, now: Seconds): void {
  if (moved === undefined) return;
  moved.first = now;
  moved.wanted = moved.arrival.output;
  moved.prefix = moved.arrival.input;
  enqueue(clock, clock.routes.serving(clock.serving, moved.arrival), moved, now);
}
