/** Intervals as bars on one logarithmic axis: a line from p10 to p90 and a mark at the median. */
import type { JSX } from "preact";
import type { Interval, QuantityKind } from "../../core/index.ts";
import { intervalText, quantityText, scaled } from "./quantity.ts";

export interface Bar {
  readonly id: string;
  readonly label: string;
  /** Null where the quantity is not known. */
  readonly interval: Interval | null;
  readonly isAnnounced?: boolean;
}

export function IntervalBars({
  title,
  bars,
  kind,
  scale = 1,
  after = "",
  limit = null,
  unknown,
}: {
  readonly title: string;
  readonly bars: readonly Bar[];
  readonly kind: QuantityKind;
  /** Multiplies what is shown: 1e6 for figures per million tokens. */
  readonly scale?: number;
  /** Behind each number: "/M". */
  readonly after?: string;
  /** What no plan may pass, as a line across the bars. */
  readonly limit?: number | null;
  readonly unknown: string;
}): JSX.Element {
  const known = bars.flatMap(({ interval }) => (interval === null ? [] : [interval]));
  const low = Math.min(...known.map(({ p10 }) => p10));
  const high = Math.max(...known.map(({ p90 }) => p90));
  const isLimited = limit !== null && limit > low && limit < high;
  const at = (value: number): number =>
    high > low ? (100 * Math.log(value / low)) / Math.log(high / low) : 50;
  return (
    <figure class="bars" aria-label={title}>
      <figcaption>{title}</figcaption>
      <ul>
        {bars.map(({ id, label, interval, isAnnounced }) => (
          <li key={id}>
            <span class="bar-label">{label}</span>
            <span class={isAnnounced === true ? "bar announced" : "bar"} aria-hidden="true">
              {interval !== null && (
                <>
                  <span
                    class="bar-range"
                    style={{
                      left: `${at(interval.p10)}%`,
                      width: `${Math.max(0.5, at(interval.p90) - at(interval.p10))}%`,
                    }}
                  />
                  <span class="bar-median" style={{ left: `${at(interval.p50)}%` }} />
                  {isLimited && <span class="bar-limit" style={{ left: `${at(limit)}%` }} />}
                </>
              )}
            </span>
            <span class="bar-value">
              {interval === null ? unknown : intervalText(scaled(interval, scale), kind) + after}
            </span>
          </li>
        ))}
      </ul>
      {known.length > 0 && (
        <div class="bars-axis" aria-hidden="true">
          <span>{quantityText(low * scale, kind) + after}</span>
          <span>{quantityText(high * scale, kind) + after}</span>
        </div>
      )}
    </figure>
  );
}
