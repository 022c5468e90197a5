/** A pool at run time: the workers that may be chosen, the replicas they make up, and the router that chooses. */
import Denque from "denque";
import type { Seconds } from "../units.ts";
import { type Availability, type Replica, replica } from "./availability.ts";
import type { Job } from "./job.ts";
import type { Lane } from "./lane.ts";
import { route } from "./router.ts";
import type { Router } from "./types.ts";
import type { Pool, Worker } from "./worker.ts";

export interface Group {
  readonly all: readonly Worker[];
  readonly replicas: readonly Replica[];
  /** Requests that came while none was up. */
  readonly held: Denque<Job>;
  up: readonly Worker[];
  lanes: readonly Lane[];
  /** Lanes that are paid for: of replicas that are asked for, or finish what they have. */
  paid: number;
  /** When it last changed. */
  since: Seconds;
  readonly choose: ReturnType<typeof route>;
}

/** All its replicas up. */
export function groupOf(
  all: readonly Worker[],
  { router, pool: { lanesEach = 1 } }: { readonly router: Router; readonly pool: Pool },
  availability: Availability | undefined,
): Group {
  const count = all.length / (availability?.lanesEach ?? all.length);
  return {
    all,
    replicas: Array.from({ length: count }, replica),
    held: new Denque<Job>(),
    up: all,
    lanes: all.map(({ lane }) => lane),
    paid: all.length,
    since: 0,
    choose: route(router, lanesEach),
  };
}
