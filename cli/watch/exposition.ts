/**
 * Readings as Prometheus takes them.
 *
 * Source: prometheus.io, "Exposition formats", text format 0.0.4
 */
import type { Alert } from "./alert.ts";
import { seriesOf, type Reading, type Sample } from "./reading.ts";

export function exposition({ readings }: Sample, alerts: readonly Alert[]): string {
  const raised = alerts.map(({ rule, severity, subject }) => ({
    name: "tenlane_alert",
    labels: { rule, severity, subject },
    value: 1,
  }));
  const lines = [...byName([...readings, ...raised])].flatMap(([name, all]) => [
    `# TYPE ${name} ${isCounter(name) ? "counter" : "gauge"}`,
    ...unique(all).map((each) => `${seriesOf(each)} ${each.value}`),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Series of one name stand together. */
function byName(readings: readonly Reading[]): ReadonlyMap<string, readonly Reading[]> {
  const groups = new Map<string, Reading[]>();
  for (const each of readings) {
    const group = groups.get(each.name) ?? [];
    group.push(each);
    groups.set(each.name, group);
  }
  return groups;
}

/** A series may stand once; two alerts of one rule and subject are one. */
function unique(all: readonly Reading[]): readonly Reading[] {
  return [...new Map(all.map((each) => [seriesOf(each), each])).values()];
}

function isCounter(name: string): boolean {
  return /(?:_total|_TOTAL|REMAPPED_ROWS)$/u.test(name);
}
