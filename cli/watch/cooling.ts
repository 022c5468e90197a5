/** Alerts of heat: margins that are small, fans that stand. */
import type { Alert } from "./alert.ts";
import { beside, named, seriesOf, type Reading, type Recent, type Sample } from "./reading.ts";

/** Degrees to the limit. */
const MARGIN_MIN = 5;

export function hot(now: Sample): readonly Alert[] {
  const margins = [
    ...named(now, "DCGM_FI_DEV_GPU_TEMP_LIMIT").map((each) => ({ each, margin: each.value })),
    ...named(now, "node_hwmon_temp_celsius").flatMap((each) => {
      const limit = beside(now, each, "node_hwmon_temp_crit_celsius");
      return limit === undefined || limit <= 0 ? [] : [{ each, margin: limit - each.value }];
    }),
  ];
  return margins
    .filter(({ margin }) => margin < MARGIN_MIN)
    .map(({ each, margin }) => ({
      rule: "thermal margin",
      subject: seriesOf(each),
      severity: margin <= 0 ? ("critical" as const) : ("warning" as const),
      reason: `${margin.toFixed(1)} °C below its limit`,
      action: "look at fans, dust, inlet temperature; lower the power limit meanwhile",
    }));
}

/** A fan that turned, turns no more, and whose chip is no cooler than then: until it turns or the chip cools down. */
export function stoppedFans(recent: Recent, standing: readonly Alert[]): readonly Alert[] {
  const [first] = recent;
  const now = recent.at(-1);
  if (first === undefined || now === undefined) return [];
  return named(now, "node_hwmon_fan_rpm").flatMap((each) => {
    const before = beside(first, each, each.name) ?? 0;
    const subject = seriesOf(each);
    const stood = standing.filter((alert) => alert.rule === RULE && alert.subject === subject);
    if (each.value > 0 || (before <= 0 && stood.length === 0)) return [];
    if (warmest(now, each) < warmest(first, each)) return [];
    if (before <= 0) return stood;
    return [
      {
        rule: RULE,
        subject,
        severity: "critical",
        reason: `it turned at ${before} a minute ${Math.round(now.elapsed - first.elapsed)} s ago`,
        action: "replace the fan; lower the power limit or drain the host until then",
      },
    ];
  });
}

const RULE = "fan stopped";

/** Degrees of the hottest sensor of a fan's chip; of none, colder than any. */
function warmest(sample: Sample, { labels }: Reading): number {
  const own = named(sample, "node_hwmon_temp_celsius").filter(
    (each) => each.labels["chip"] === labels["chip"],
  );
  return Math.max(...own.map(({ value }) => value));
}
