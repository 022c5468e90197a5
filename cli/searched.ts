/** The search for plans of a service, with a bar where it takes long. */
import { answered, planAt, type PlanAnswer, type PlanRequest } from "../core/index.ts";
import { progress } from "./progress.ts";
import type { Shell } from "./shell.ts";

/** {@link plan}, a site at a time, with a bar where it takes long. */
export function searched(request: PlanRequest, shell: Shell): PlanAnswer {
  const bar = progress(shell, "devices");
  const answers = request.sites.flatMap((site, index) => {
    const mine = planAt(request, site);
    bar.reach(index + 1, request.sites.length);
    return mine;
  });
  bar.end();
  return answered(request, answers);
}
