/** What was watched, for programs and for people. */
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { numbered } from "./numbered.ts";
import type { Forecast } from "./watch/forecast.ts";
import { seriesOf } from "./watch/reading.ts";
import type { Watched } from "./watch/watch.ts";

export function watchAnswer({ samples, lost, last, alerts }: Watched): Answer {
  const readings = last?.readings ?? [];
  return {
    json: { samples, lost, at: last?.at ?? null, readings, alerts },
    text: (shell) =>
      [
        laidOut(
          {
            columns: [
              { title: "reading", align: "left", flexible: true },
              { title: "value", align: "right" },
            ],
            rows: readings.map((each) => [
              seriesOf(each),
              String(Number(each.value.toPrecision(6))),
            ]),
          },
          shell,
        ),
        ...alerts.map(
          ({ severity, rule, subject, reason, action }) =>
            `${severity}: ${rule}: ${subject}: ${reason}; ${action}`,
        ),
        alerts.length === 0 ? "nothing is wrong" : numbered(alerts.length, "alert"),
        `${numbered(samples, "sample")}, ${lost} lost`,
        "",
      ].join("\n"),
  };
}

/** When what wears will have worn. */
export function forecastAnswer(forecasts: readonly Forecast[]): Answer {
  const days = (value: number | null): string => (value === null ? "never" : value.toFixed(1));
  return {
    json: { forecasts },
    text: () =>
      forecasts.length === 0
        ? "nothing in the history nears its end\n"
        : forecasts
            .map(
              ({ series, meaning, points, days: { p10, p50, p90 } }) =>
                `${series}: ${meaning} in ${days(p50)} days [${days(p10)}–${days(p90)}], from ${points} points\n`,
            )
            .join(""),
  };
}
