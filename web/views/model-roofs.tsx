/** Rooflines of devices, and the operators under them (Williams et al., CACM 52(4), 2009). */
import type { JSX } from "preact";
import { quantityText, significant } from "../../core/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import type { Roof, RoofPoint } from "../worker/model-verb.ts";

interface Dot extends RoofPoint {
  readonly device: string;
}

interface Corner {
  readonly device: string;
  readonly intensity: number;
  readonly rate: number;
}

const HEIGHT = 440;
const INTENSITY_LOW = 0.1;
const INTENSITY_HIGH = 10_000;

export function ModelRoofs({ roofs }: { readonly roofs: readonly Roof[] }): JSX.Element {
  const words = useWords().model;
  const dots = roofs.flatMap(({ name, points }) =>
    points
      .filter(({ intensity }) => intensity >= INTENSITY_LOW)
      .map((point): Dot => ({ ...point, device: name })),
  );
  const corners = roofs.flatMap(cornersOf);
  return (
    <section aria-label={words.roofline}>
      <h2>{words.roofline}</h2>
      {roofs.map(({ device, name, split }) => (
        <p key={device} class="hint">
          {split === null ? words.noFit(name) : words.fits(name, split)}
        </p>
      ))}
      <Chart
        name="roofline"
        label={words.rooflineAbout}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginLeft: 90,
          grid: true,
          x: {
            type: "log",
            label: words.intensity,
            domain: [INTENSITY_LOW, INTENSITY_HIGH],
            tickFormat: significant,
          },
          y: {
            type: "log",
            label: words.rate,
            tickFormat: (value: number) => quantityText(value, "compute"),
          },
          color: { legend: true },
          r: { range: [2, 14] },
          marks: [
            plot.line(corners, { x: "intensity", y: "rate", stroke: "device", strokeWidth: 2 }),
            plot.dot(dots, {
              x: "intensity",
              y: "rate",
              fill: "device",
              fillOpacity: 0.6,
              r: "share",
              channels: { operator: "name", part: "group" },
              tip: true,
            }),
          ],
        })}
        table={{
          columns: [words.devices, words.operator, words.intensity, words.rate, words.share],
          rows: dots.map(({ device, name, intensity, rate, share }) => [
            device,
            name,
            quantityText(intensity, "intensity"),
            quantityText(rate, "compute"),
            quantityText(share, "fraction"),
          ]),
        }}
      />
    </section>
  );
}

/** The slope of the bandwidth, the ridge, and the flat top of the arithmetic. */
function cornersOf({ name, peak, bandwidth }: Roof): readonly Corner[] {
  if (peak === 0 || bandwidth === 0) return [];
  return [INTENSITY_LOW, peak / bandwidth, INTENSITY_HIGH].map((intensity) => ({
    device: name,
    intensity,
    rate: Math.min(peak, intensity * bandwidth),
  }));
}
