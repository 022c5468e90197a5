/**
 * Replicas that come and go: failures and repairs at random, and as many as the load asks for.
 *
 * Times between failures and to repair are exponential. The autoscaler looks at set intervals at the requests in service and
 * waiting, asks for enough replicas to bring each down to its target, and waits for new ones to be provisioned; those it lets go
 * finish what they have. Looks at a service at rest, which change nothing, are left out until somebody comes.
 *
 * Source: Kubernetes docs, "Horizontal Pod Autoscaling": desired = ceil(current metric / target)
 */
import { exponential, random } from "../random.ts";
import type { Seconds } from "../units.ts";

export interface Availability {
  /** Lanes a replica. */
  readonly lanesEach: number;
  readonly failures?: Failures;
  readonly scaling?: Scaling;
  readonly seed: number;
}

/** Mean times, of one replica. */
export interface Failures {
  readonly between: Seconds;
  readonly repair: Seconds;
}

export interface Scaling {
  /** Never fewer; the fleet's own number is the most. */
  readonly replicasMin: number;
  readonly every: Seconds;
  /** Requests in service or waiting, a replica. */
  readonly target: number;
  /** From asking for a replica to its first request. */
  readonly delay: Seconds;
}

export interface Replica {
  isWanted: boolean;
  /** When it was last asked for. */
  asked: Seconds;
  isReady: boolean;
  isBroken: boolean;
}

/** One that is up. */
export function replica(): Replica {
  return { isWanted: true, asked: 0, isReady: true, isBroken: false };
}

/** What stands behind the replicas. */
export interface Site {
  readonly replicas: readonly Replica[];
  readonly at: (time: Seconds, action: (now: Seconds) => void) => void;
  readonly load: () => number;
  /** When a request next comes or gets on. */
  readonly next: () => Seconds;
  /** Replica `index` is lost with all it holds. */
  readonly lose: (index: number, now: Seconds) => void;
  /** Some replica has come or gone. */
  readonly changed: (now: Seconds) => void;
}

export function isUp({ isWanted, isReady, isBroken }: Replica): boolean {
  return isWanted && isReady && !isBroken;
}

/** Starts what makes replicas come and go. */
export function keepUp(site: Site, { failures, scaling, seed }: Availability): void {
  if (failures !== undefined) {
    site.replicas.forEach((_, index) => failFrom(site, failures, { index, seed: seed + index }));
  }
  if (scaling === undefined) return;
  site.replicas.forEach((replica, index) => {
    replica.isWanted = index < scaling.replicasMin;
    replica.isReady = replica.isWanted;
  });
  site.changed(0);
  site.at(scaling.every, (now) => look(site, scaling, now));
}

function failFrom(
  { replicas, at, lose, changed }: Site,
  { between, repair }: Failures,
  { index, seed }: { readonly index: number; readonly seed: number },
): void {
  const draw = random(seed ^ 0x5bd1e995);
  const replica = replicas[index];
  if (replica === undefined) return;
  const fail = (now: Seconds) => {
    replica.isBroken = true;
    lose(index, now);
    at(now + exponential(draw, repair), mend);
  };
  const mend = (now: Seconds) => {
    replica.isBroken = false;
    changed(now);
    at(now + exponential(draw, between), fail);
  };
  at(exponential(draw, between), fail);
}

function look(site: Site, scaling: Scaling, now: Seconds): void {
  const { replicas, at, load, changed } = site;
  const { replicasMin, every, target, delay } = scaling;
  const wanted = replicas.filter(({ isWanted }) => isWanted);
  const desired = Math.max(replicasMin, Math.min(replicas.length, Math.ceil(load() / target)));
  for (const replica of replicas) {
    const surplus = wanted.length - desired;
    if (surplus < 0 && !replica.isWanted) {
      wanted.push(replica);
      replica.isWanted = true;
      replica.asked = now;
      at(now + delay, (then) => {
        if (!replica.isWanted || replica.asked !== now) return;
        replica.isReady = true;
        changed(then);
      });
    }
  }
  while (wanted.length > desired) {
    const last = wanted.pop();
    if (last === undefined) break;
    last.isWanted = false;
    last.isReady = false;
  }
  changed(now);
  const isAtRest = load() === 0 && wanted.length === replicasMin;
  const looks = isAtRest ? Math.ceil((site.next() - now) / every) : 1;
  at(now + every * Math.max(1, looks), (then) => look(site, scaling, then));
}
