/**
 * The clock: arrivals and step ends in order of time, over any number of lanes behind a router.
 *
 * A lane that only decodes takes several steps in one stride, as far as nothing can happen to it: no
 * answer ends, memory suffices. An arrival cuts the stride short at the end of the step in progress.
 */
import FlatQueue from "flatqueue";
import { assert } from "../assert.ts";
import type { Fraction, Seconds, Tokens } from "../units.ts";
import { type Availability, isUp, keepUp, type Replica, type Site } from "./availability.ts";
import { evacuate } from "./evacuate.ts";
import type { Feed } from "./feed.ts";
import { accept, type Desk, desks, freest, type FrontEnd, send } from "./front-end.ts";
import { type Group, groupOf } from "./group.ts";
import { type Job, job } from "./job.ts";
import { canEverFit, decode, finishChunks, isIdle, running } from "./lane.ts";
import type { Observer } from "./observer.ts";
import type { Arrival, Router } from "./types.ts";
import {
  beginStep,
  cutShort,
  endTogether,
  joinTime,
  type Pool,
  stepped,
  type Worker,
  workers,
} from "./worker.ts";

export interface Setup {
  /** Serves requests whole; where there is a pool for prompts, it only decodes. */
  readonly pool: Pool;
  readonly prompts?: PromptPool;
  readonly feed: Feed;
  readonly router: Router;
  /** More requests than these waiting, or more events, end the traffic. */
  readonly waitingMax: number;
  readonly eventsMax: number;
  /** Of the pool that serves; all its replicas are always up where absent. */
  readonly availability?: Availability;
  /** What takes requests and sends tokens, in so many processes; in no time where absent. */
  readonly frontEnd?: FrontEnd;
}

/** Lanes that only compute prompts, and the time to move so many tokens of cache to one that decodes. */
export interface PromptPool {
  readonly pool: Pool;
  readonly transfer: (tokens: Tokens) => Seconds;
  /** All its replicas are always up where absent. */
  readonly availability?: Availability;
}

export interface Outcome {
  readonly sent: number;
  readonly preemptions: number;
  readonly cut: "queue" | "events" | null;
  /** Replicas that failed, counted each time. */
  readonly failures: number;
  /** Shares of the replicas that were up and that were paid for, each by its lanes, over the time of the run. */
  readonly availability: Fraction;
  readonly paid: Fraction;
}

interface Clock {
  readonly setup: Setup;
  readonly observer: Observer;
  readonly serving: Group;
  /** Whoever computes prompts: `serving` too, where pools are not apart. */
  readonly entrance: Group;
  /** Both, or the one where pools are not apart. */
  readonly groups: readonly Group[];
  /** What is to be done to replicas, by its time. */
  readonly agenda: FlatQueue<(now: Seconds) => void>;
  /** Time up to `now`, and that of lanes that were up and paid for, up to the last change of their group. */
  readonly time: { now: Seconds; up: Seconds; paid: Seconds };
  /** Requests that follow an answer, by the time at which they come. */
  readonly replies: FlatQueue<Arrival>;
  /** Processes in front of the engine; none where they take no time. */
  readonly desks: readonly Desk[];
  /** Requests on their way through those, by the time at which the engine has them. */
  readonly entering: FlatQueue<Job>;
  /** Caches on their way to a lane that decodes, by the time at which they are there. */
  readonly moving: FlatQueue<Job>;
  /** Steps by their end; one that was cut short stands here twice. */
  readonly ready: FlatQueue<Worker>;
  coming: Arrival | null;
  waiting: number;
  sent: number;
  failures: number;
  /** What was done to replicas, and requests that lost their place by it. */
  upsets: number;
  cut: Outcome["cut"];
}

/** A service that fails, or is looked at, more often than it steps gets nowhere. */
const UPSETS_MAX = 1e7;

/** Runs the feed to its last answer. */
export function run(setup: Setup, observer: Observer): Outcome {
  const clock = started(setup, observer);
  for (let events = 0; clock.cut !== "events"; events += 1) {
    if (!advance(clock)) break;
    if (events >= setup.eventsMax || clock.upsets > UPSETS_MAX) clock.cut = "events";
  }
  const { sent, cut, failures, time, groups } = clock;
  for (const group of groups) stood(clock, group, time.now);
  const all = groups.flatMap((group) => group.all);
  const preemptions = all.reduce((total, { lane }) => total + lane.preemptions, 0);
  const share = (lanes: Seconds) => (time.now > 0 ? lanes / time.now / all.length : 1);
  const [availability, paid] = [share(time.up), share(time.paid)];
  return { sent, preemptions, cut, failures, availability, paid };
}

/** Books how a group stood since it last changed. */
function stood({ time, observer }: Clock, group: Group, now: Seconds): void {
  const { all, up, paid, since } = group;
  if (now === since) return;
  time.up += (now - since) * up.length;
  time.paid += (now - since) * paid;
  const span = { start: since, end: now, up: up.length, paid };
  for (const { index: first } of all.slice(0, 1)) {
    observer.stood?.({ first, lanes: all.length, ...span });
  }
  group.since = now;
}

function started(setup: Setup, observer: Observer): Clock {
  const { pool, prompts, feed, availability, router } = setup;
  const serving = workers(pool, 0);
  const apart = prompts === undefined ? null : workers(prompts.pool, serving.length);
  const own = groupOf(serving, { router, pool }, availability);
  const entrance =
    prompts === undefined || apart === null
      ? own
      : groupOf(apart, { router, pool: prompts.pool }, prompts.availability);
  const clock: Clock = {
    setup,
    observer,
    serving: own,
    entrance,
    groups: apart === null ? [own] : [own, entrance],
    agenda: new FlatQueue(),
    time: { now: 0, up: 0, paid: 0 },
    replies: new FlatQueue(),
    desks: setup.frontEnd === undefined ? [] : desks(setup.frontEnd),
    entering: new FlatQueue(),
    moving: new FlatQueue(),
    ready: new FlatQueue(),
    coming: feed.next(),
    waiting: 0,
    sent: 0,
    failures: 0,
    upsets: 0,
    cut: null,
  };
  if (availability !== undefined) keepUp(siteOf(clock, own, availability), availability);
  if (prompts?.availability !== undefined) {
    keepUp(siteOf(clock, entrance, prompts.availability), prompts.availability);
  }
  return clock;
}

function siteOf(clock: Clock, group: Group, { lanesEach }: Availability): Site {
  const { replicas, held } = group;
  const ofReplica = (index: number) => group.all.slice(index * lanesEach, (index + 1) * lanesEach);
  const isPaid = ({ isWanted }: Replica, index: number) =>
    isWanted || ofReplica(index).some(({ lane }) => !isIdle(lane));
  const changed = (now: Seconds) => {
    stood(clock, group, now);
    group.paid = replicas.filter(isPaid).length * lanesEach;
    group.up = replicas.flatMap((each, index) => (isUp(each) ? ofReplica(index) : []));
    group.lanes = group.up.map(({ lane }) => lane);
    const released = group.up.length > 0 ? held.toArray() : [];
    if (released.length > 0) held.clear();
    clock.waiting -= released.length;
    for (const each of released) enqueue(clock, group, each, now);
  };
  return {
    replicas,
    at: (time, action) => clock.agenda.push(action, time),
    next: () => nextWork(clock),
    load: () =>
      held.length +
      group.all.reduce((sum, { lane }) => sum + running(lane) + lane.waiting.length, 0),
    changed,
    lose: (index, now) => {
      clock.failures += 1;
      const lost = ofReplica(index).flatMap((worker) => stopped(clock, worker));
      clock.upsets += lost.length;
      changed(now);
      for (const each of lost) enqueue(clock, recomputing(clock, each), each, now);
    },
  };
}

/** Who computes the lost cache of a request again: whoever computes prompts, if what it was given fits there too. */
function recomputing({ entrance, serving, setup }: Clock, lost: Job): Group {
  const [prompter] = entrance.all;
  if (setup.prompts === undefined || prompter === undefined) return serving;
  if (!canEverFit(prompter.lane, lost.arrival, lost.given + 1)) return serving;
  lost.wanted = lost.given + 1;
  return entrance;
}

/** Takes a worker off its step; gives the requests it held. */
function stopped(clock: Clock, worker: Worker): readonly Job[] {
  clock.waiting -= worker.lane.waiting.length;
  worker.start = -1;
  worker.end = -1;
  return evacuate(worker.lane);
}

/** Takes the next event: at equal times arrivals before caches before steps. False when nothing is left. */
function advance(clock: Clock): boolean {
  const { replies, entering, moving, ready, coming, agenda, groups } = clock;
  const next = nextWork(clock);
  if (next === Infinity && groups.every(({ held }) => held.isEmpty())) return false;
  const due = agenda.peekValue() ?? Infinity;
  const now = Math.min(next, due);
  if (now === Infinity) return false;
  assert(now >= clock.time.now, "what comes is not before what was");
  clock.time.now = now;
  if (due === now) {
    clock.upsets += 1;
    agenda.pop()?.(now);
  } else if (coming?.time === now) arriveNext(clock);
  else if (replies.peekValue() === now) arrive(clock, replies.pop(), now);
  else if (entering.peekValue() === now) enter(clock, entering.pop(), now);
  else if (moving.peekValue() === now) unload(clock, moving.pop(), now);
  else endStep(clock, ready.pop(), now);
  return true;
}

/** When a request next comes or gets on; infinite when none is left. */
function nextWork({ replies, entering, moving, ready, coming }: Clock): Seconds {
  return Math.min(
    coming?.time ?? Infinity,
    replies.peekValue() ?? Infinity,
    entering.peekValue() ?? Infinity,
    moving.peekValue() ?? Infinity,
    ready.peekValue() ?? Infinity,
  );
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
  const [prompter] = entrance.all;
  const [server] = serving.all;
  assert(prompter !== undefined && server !== undefined, "a pool has a lane");
  const fits =
    canEverFit(prompter.lane, arrival, next.wanted) &&
    canEverFit(server.lane, arrival, arrival.output);
  if (fits) {
    const desk = freest(clock.desks);
    if (desk === undefined) enqueue(clock, entrance, next, now);
    else clock.entering.push(next, accept(desk, now));
    return;
  }
  observer.refused?.(next, now);
  reply(clock, arrival, now);
}

function enter(clock: Clock, next: Job | undefined, now: Seconds): void {
  if (next !== undefined) enqueue(clock, clock.entrance, next, now);
}

/** The user who has an answer may send another request. */
function reply(clock: Clock, arrival: Arrival, now: Seconds): void {
  if (clock.cut !== null) return;
  const following = clock.setup.feed.answered(arrival, now);
  if (following !== null) clock.replies.push(following, following.time);
}

function enqueue(clock: Clock, group: Group, next: Job, now: Seconds): void {
  clock.waiting += 1;
  if (group.up.length === 0) {
    group.held.push(next);
    return;
  }
  const worker = group.up[group.choose(group.lanes, next.arrival)];
  assert(worker !== undefined, "a router chooses one of the lanes");
  worker.lane.waiting.push(next);
  if (worker.start < 0) begin(clock, worker, now);
  else if (worker.steps > 1 && cutShort(worker, now)) clock.ready.push(worker, worker.end);
}

function begin(clock: Clock, worker: Worker, now: Seconds): void {
  const until = joinTime(worker, now);
  if (until > now) {
    worker.end = until;
    clock.ready.push(worker, until);
    return;
  }
  const before = worker.lane.waiting.length;
  if (beginStep(worker, now)) {
    for (const each of endTogether(worker)) clock.ready.push(each, each.end);
  }
  clock.waiting += worker.lane.waiting.length - before;
}

function endStep(clock: Clock, worker: Worker | undefined, now: Seconds): void {
  if (worker === undefined || worker.end !== now) return;
  if (worker.start < 0) {
    if (worker.peers.length > 0 && !isIdle(worker.lane)) begin(clock, worker, now);
    return;
  }
  const { lane, chunks } = worker;
  clock.observer.stepped?.(stepped(worker));
  const decoded = worker.decodes > 0 ? decode(lane, worker.steps) : [];
  const seen = sent(clock, worker);
  for (const done of decoded) end(clock, done, { now, seen });
  for (const done of finishChunks(lane, chunks, seen)) end(clock, done, { now, seen });
  if (isIdle(lane)) worker.start = -1;
  else begin(clock, worker, now);
}

/** When users see the tokens of the steps that have ended. */
function sent({ desks }: Clock, { index, decodes, chunks, start, end, steps }: Worker): Seconds {
  const desk = desks[index % Math.max(1, desks.length)];
  if (desk === undefined) return end;
  const firsts = chunks.filter(({ job, tokens }) => job.left === tokens).length;
  return send(desk, { start, end, steps, tokens: decodes + firsts });
}

/** When a step ended, and when users saw its tokens. */
interface Moment {
  readonly now: Seconds;
  readonly seen: Seconds;
}

/** An answer is complete, or a prompt whose answer others give. */
function end(clock: Clock, done: Job, { now, seen }: Moment): void {
  const { arrival } = done;
  const { prompts } = clock.setup;
  if (done.given < arrival.output && prompts !== undefined) {
    clock.moving.push(done, now + prompts.transfer(done.prefix));
    return;
  }
  clock.observer.ended?.(done, seen);
  reply(clock, arrival, seen);
}

/** The cache of a prompt has come: the user sees the first token, had it not before, once a lane has a place for it. */
function unload(clock: Clock, moved: Job | undefined, now: Seconds): void {
  if (moved === undefined) return;
  if (moved.given === 1) moved.first = -1;
  moved.wanted = moved.arrival.output;
  enqueue(clock, clock.serving, moved, now);
}
