/**
 * Periodic work with deadlines: frames of sensors, each through one model or a chain of them, on one
 * or several devices that finish what they have begun.
 *
 * Devices take the most urgent frame that waits, and do not interrupt one under way, as kernels queued on a GPU are not. As many
 * of a task wait as it says; the oldest is dropped for one more. One waits of a sensor, whose newest picture is worth more.
 *
 * Source: Jeffay, Stanat and Martel 1991, "On non-preemptive scheduling of periodic and sporadic tasks"
 */
import FlatQueue from "flatqueue";
import { assert } from "../assert.ts";
import { lognormalDraw, random, type Random } from "../random.ts";
import type { Fraction, Seconds } from "../units.ts";
import { type Tally, tally } from "./distribution.ts";
import type { Distribution } from "./types.ts";

export interface PeriodicTask {
  readonly name: string;
  /** Between two frames; that of the task it comes after, for one of a chain. */
  readonly period: Seconds;
  /** Of the first frame. */
  readonly offset: Seconds;
  /** Frames arrive up to so much later than they were taken, uniformly. */
  readonly jitter: Seconds;
  /** From the moment the frame was taken to the end. */
  readonly deadline: Seconds;
  /** 0 is served first. */
  readonly priority: number;
  /** Mean time on a device, and how much it varies (log-normal). */
  readonly service: Seconds;
  readonly variation: Fraction;
  /** The device it is bound to; absent is any. */
  readonly device?: number;
  /** Most frames that wait at once; one where absent. */
  readonly waiting?: number;
  /** Name of the task whose frame it begins with, once that has ended. */
  readonly after?: string;
}

export interface DeadlineSimulation {
  readonly tasks: readonly PeriodicTask[];
  readonly devices: number;
  readonly duration: Seconds;
  readonly order: "priority" | "earliest-deadline";
  readonly seed: number;
}

export interface TaskMetrics {
  readonly name: string;
  readonly deadline: Seconds;
  readonly frames: number;
  /** Ended late or not at all. */
  readonly missed: number;
  readonly dropped: number;
  readonly missRate: Fraction;
  /** From the moment a frame was taken, of those that ended; `max` is the worst case seen. */
  readonly response: Distribution;
}

export interface DeadlineMetrics {
  readonly tasks: readonly TaskMetrics[];
  readonly missRate: Fraction;
  /** Share of the time in which devices worked, each by itself. */
  readonly utilisation: readonly Fraction[];
}

/** Errors: asserts a device, positive periods, jitter below the period, names
 * and devices that exist. */
export function simulateDeadlines(simulation: DeadlineSimulation): DeadlineMetrics {
  const plant = started(simulation);
  const { releases, ends } = plant;
  for (;;) {
    const release = releases.peekValue() ?? Infinity;
    const end = ends.peekValue() ?? Infinity;
    const now = Math.min(release, end);
    if (now === Infinity) break;
    if (end <= release) finish(plant, ends.pop(), now);
    else arrive(plant, releases.pop());
    const next = Math.min(releases.peekValue() ?? Infinity, ends.peekValue() ?? Infinity);
    if (next > now) dispatch(plant, now);
  }
  return metricsOf(plant);
}

interface Stage {
  readonly task: PeriodicTask;
  readonly followers: readonly string[];
  readonly response: Tally;
  readonly draw: Random;
  frames: number;
  missed: number;
  dropped: number;
}

interface Frame {
  readonly stage: Stage;
  /** Number of the frame, and when it was taken. */
  readonly index: number;
  readonly taken: Seconds;
}

interface Device {
  readonly index: number;
  frame: Frame | null;
  busy: Seconds;
}

interface Plant {
  readonly simulation: DeadlineSimulation;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly devices: readonly Device[];
  readonly releases: FlatQueue<Frame>;
  readonly ends: FlatQueue<Device>;
  /** At most one a task. */
  waiting: Frame[];
  last: Seconds;
}

function started(simulation: DeadlineSimulation): Plant {
  const { tasks, devices } = simulation;
  assert(devices >= 1, `deadlines need a device, got ${devices}`);
  const stages = new Map(
    tasks.map((task, index): [string, Stage] => [task.name, stageOf(task, simulation, index)]),
  );
  const plant: Plant = {
    simulation,
    stages,
    devices: Array.from({ length: devices }, (_, index) => ({ index, frame: null, busy: 0 })),
    releases: new FlatQueue(),
    ends: new FlatQueue(),
    waiting: [],
    last: 0,
  };
  for (const stage of stages.values()) {
    if (stage.task.after === undefined) take(plant, stage, 0);
    else assert(stages.has(stage.task.after), `"${stage.task.after}" is a task`);
  }
  return plant;
}

function stageOf(
  task: PeriodicTask,
  { tasks, devices, seed }: DeadlineSimulation,
  index: number,
): Stage {
  const { name, period, jitter, device = 0 } = task;
  assert(device < devices, `"${name}" is bound to device ${device} of ${devices}`);
  assert(
    period > 0 && jitter < period,
    `"${name}": jitter ${jitter} is below the period ${period}`,
  );
  const followers = tasks.filter(({ after }) => after === name).map((each) => each.name);
  const counts = { frames: 0, missed: 0, dropped: 0 };
  return { task, followers, response: tally(), draw: random(seed + index), ...counts };
}

/** The sensor takes frame `index`, unless time is up. */
function take({ simulation, releases }: Plant, stage: Stage, index: number): void {
  const { offset, period, jitter } = stage.task;
  const taken = offset + index * period;
  if (taken >= simulation.duration) return;
  releases.push({ stage, index, taken }, taken + jitter * stage.draw());
}

function arrive(plant: Plant, frame: Frame | undefined): void {
  if (frame === undefined) return;
  take(plant, frame.stage, frame.index + 1);
  offer(plant, frame);
}

/** A frame waits, in place of the oldest of its task where no more may. */
function offer(plant: Plant, frame: Frame): void {
  frame.stage.frames += 1;
  const older = plant.waiting.filter(({ stage }) => stage === frame.stage);
  if (older.length >= (frame.stage.task.waiting ?? 1)) {
    plant.waiting = plant.waiting.filter((each) => each !== older[0]);
    drop(plant, frame.stage);
  }
  plant.waiting.push(frame);
}

/** What is dropped is missed, and so is all that would have come after it. */
function drop(plant: Plant, stage: Stage): void {
  stage.dropped += 1;
  stage.missed += 1;
  for (const follower of followersOf(plant, stage)) {
    follower.frames += 1;
    drop(plant, follower);
  }
}

function followersOf({ stages }: Plant, { followers }: Stage): readonly Stage[] {
  return followers.flatMap((name) => stages.get(name) ?? []);
}

/** Once all that happens at `now` has happened, so that the most urgent of those who come together goes first. */
function dispatch(plant: Plant, now: Seconds): void {
  const { order } = plant.simulation;
  const inTurn = plant.waiting.toSorted(
    (a, b) => urgency(a, order) - urgency(b, order) || a.taken - b.taken,
  );
  for (const frame of inTurn) {
    const { device: bound } = frame.stage.task;
    const free = plant.devices.find(
      ({ frame, index }) => frame === null && (bound === undefined || bound === index),
    );
    if (free === undefined) continue;
    plant.waiting = plant.waiting.filter((each) => each !== frame);
    begin(plant, free, frame, now);
  }
}

function urgency({ stage, taken }: Frame, order: DeadlineSimulation["order"]): number {
  return order === "priority" ? stage.task.priority : taken + stage.task.deadline;
}

function begin({ ends }: Plant, device: Device, frame: Frame, now: Seconds): void {
  const { service, variation } = frame.stage.task;
  const time = variation > 0 ? lognormalDraw(frame.stage.draw, service, variation) : service;
  device.frame = frame;
  device.busy += time;
  ends.push(device, now + time);
}

function finish(plant: Plant, device: Device | undefined, now: Seconds): void {
  const frame = device?.frame;
  if (device === undefined || frame === undefined || frame === null) return;
  device.frame = null;
  plant.last = now;
  const { stage, taken } = frame;
  stage.response.add(now - taken);
  if (now - taken > stage.task.deadline) stage.missed += 1;
  for (const follower of followersOf(plant, stage)) offer(plant, { ...frame, stage: follower });
}

function metricsOf({ stages, devices, last }: Plant): DeadlineMetrics {
  const all = [...stages.values()];
  const frames = all.reduce((sum, stage) => sum + stage.frames, 0);
  const missed = all.reduce((sum, stage) => sum + stage.missed, 0);
  return {
    tasks: all.map((stage) => ({
      name: stage.task.name,
      deadline: stage.task.deadline,
      frames: stage.frames,
      missed: stage.missed,
      dropped: stage.dropped,
      missRate: stage.frames > 0 ? stage.missed / stage.frames : 0,
      response: stage.response.distribution(),
    })),
    missRate: frames > 0 ? missed / frames : 0,
    utilisation: devices.map(({ busy }) => (last > 0 ? busy / last : 0)),
  };
}
