/** Rooflines of devices, and the operators under them (Williams et al., CACM 52(4), 2009). */
import type { JSX } from "preact";
import { Command } from "../parts/actions.tsx";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { logAxisX, logAxisY } from "../parts/log-axis.ts";
import { quantityText } from "../parts/quantity.ts";
import type { Roof, RoofPoint } from "../worker/model-verb.ts";
import { logTicks } from "./log-ticks.ts";

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

interface RoofsProps {
  readonly roofs: readonly Roof[];
  /** Prints the same roofline of one device. */
  readonly commandOf: (roof: Roof) => string;
}

export function ModelRoofs({ roofs, commandOf }: RoofsProps): JSX.Element {
  const words = useWords().model;
  const dots = roofs.flatMap(({ name, points }) =>
    points
      .filter(({ intensity }) => intensity >= INTENSITY_LOW)
      .map((point): Dot => ({ ...point, device: name })),
  );
  const corners = roofs.flatMap(cornersOf);
  const compute = (value: number): string => quantityText(value, "compute");
  return (
    <section aria-label={words.roofline}>
      <h2>{words.roofline}</h2>
      <Chart
        name="roofline"
        label={words.rooflineAbout}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginLeft: 90,
          grid: true,
          x: { type: "log", domain: [INTENSITY_LOW, INTENSITY_HIGH] },
          y: { type: "log" },
          color: { legend: true },
          r: { range: [2, 14] },
          marks: [
            logAxisX(plot, {
              ticks: logTicks([INTENSITY_LOW, INTENSITY_HIGH], Math.max(3, Math.floor(width / 90))),
              text: String,
              label: words.intensity,
            }),
            logAxisY(plot, { ticks: ratesOf(dots, corners), text: compute, label: words.rate }),
            plot.line(corners, { x: "intensity", y: "rate", stroke: "device", strokeWidth: 2 }),
            plot.dot(dots, {
              x: "intensity",
              y: "rate",
              fill: "device",
              fillOpacity: 0.6,
              r: "share",
              channels: { operator: "name", part: "group" },
              tip: { format: { x: String, y: compute, fillOpacity: false } },
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
      <Fits roofs={roofs} commandOf={commandOf} />
    </section>
  );
}

/** Whether the model fits each device, and the command that prints its roofline. */
function Fits({ roofs, commandOf }: RoofsProps): JSX.Element {
  const words = useWords().model;
  return (
    <>
      {roofs.map((roof) => (
        <div key={roof.device} class="actions">
          <span>
            {roof.split === null ? words.noFit(roof.name) : words.fits(roof.name, roof.split)}
          </span>
          {roof.split !== null && <Command text={commandOf(roof)} />}
        </div>
      ))}
    </>
  );
}

function ratesOf(dots: readonly Dot[], corners: readonly Corner[]): readonly number[] {
  const rates = [...dots, ...corners].map(({ rate }) => rate);
  return logTicks(
    rates.filter((rate) => rate > 0),
    8,
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
