/** Rates as roads: the slowest is one lane, the fastest ten, and each lane more is the same factor. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { significant } from "../../core/index.ts";
import { useWords } from "../parts/context.ts";
import { Picture } from "../parts/picture.tsx";
import { quantityText } from "../parts/quantity.ts";

export interface Lane {
  readonly id: string;
  readonly name: string;
  /** In the base unit of what is shown. */
  readonly rate: number;
  /** Measured here, printed by the vendor, or printed of a part that nobody can buy yet. */
  readonly kind: "measured" | "printed" | "announced";
}

const LANES_MOST = 10;
const LANE_HEIGHT = 13;
const KERB = 3;
const GAP = 16;
/** Above a road that has no room for its name beside it. */
const NAME_HEIGHT = 20;
const NAME_WIDTH = 250;
const RATE_WIDTH = 150;
const NARROW = 640;
/** Between two cars of a lane, bumper to bumper; the lanes are out of step. */
const SPACING = 64;
const STEP = 23;
const CAR = { width: 17, height: 7 };

const COLOURS = { measured: "#6fbdf0", printed: "#f0b429", announced: "#c9ccd1" };

interface Road extends Lane {
  readonly lanes: number;
  readonly top: number;
  readonly height: number;
  /** Of the slowest. */
  readonly times: number;
}

export function RoadLanes({
  lanes,
  title,
  text,
}: {
  readonly lanes: readonly Lane[];
  readonly title: string;
  readonly text: (value: number) => string;
}): JSX.Element {
  const words = useWords().road;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const isNarrow = width < NARROW;
  const { roads, height, factor } = laidOut(lanes, isNarrow ? NAME_HEIGHT : 0);
  return (
    <Picture
      name="road"
      label={words.chart(title)}
      place={place}
      table={{
        columns: [words.lane, words.kind, title, words.times],
        rows: roads.map(({ name, kind, rate, times }) => [
          name,
          words.kinds[kind],
          text(rate),
          `× ${quantityText(times, "count")}`,
        ]),
      }}
    >
      <svg class="roads" width={width} height={height} font-size="14" fill="currentColor">
        {roads.map((road) => (
          <RoadStrip
            key={road.id}
            road={road}
            of={
              isNarrow
                ? { left: 0, width }
                : { left: NAME_WIDTH, width: width - NAME_WIDTH - RATE_WIDTH }
            }
            rate={text(road.rate)}
            isNarrow={isNarrow}
          />
        ))}
        {factor > 1 && (
          <text x={isNarrow ? 0 : NAME_WIDTH} y={height - 4} font-size="13" opacity="0.75">
            {words.laneMore(significant(factor))}
          </text>
        )}
      </svg>
    </Picture>
  );
}

/** Of the place in pixels, also after the window changes. */
function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(NARROW);
  useEffect(() => {
    const measured = (): void => setWidth(Math.floor(place.current?.clientWidth ?? NARROW));
    measured();
    addEventListener("resize", measured);
    return () => removeEventListener("resize", measured);
  }, []);
  return width;
}

/** Slowest first, so that the road widens downwards. */
function laidOut(
  lanes: readonly Lane[],
  above: number,
): { readonly roads: readonly Road[]; readonly height: number; readonly factor: number } {
  const sorted = lanes.toSorted((a, b) => a.rate - b.rate);
  const least = sorted[0]?.rate ?? 1;
  const range = Math.log((sorted.at(-1)?.rate ?? 1) / least);
  let top = 0;
  const roads = sorted.map((lane) => {
    const share = range > 0 ? Math.log(lane.rate / least) / range : 0;
    const count = Math.round(1 + (LANES_MOST - 1) * share);
    const height = count * LANE_HEIGHT + 2 * KERB;
    const road = { ...lane, lanes: count, top: top + above, height, times: lane.rate / least };
    top += above + Math.max(height, above > 0 ? 0 : 36) + GAP;
    return road;
  });
  return { roads, height: top + 24, factor: Math.exp(range / (LANES_MOST - 1)) };
}

function RoadStrip({
  road,
  of: { left, width },
  rate,
  isNarrow,
}: {
  readonly road: Road;
  readonly of: { readonly left: number; readonly width: number };
  readonly rate: string;
  readonly isNarrow: boolean;
}): JSX.Element {
  const words = useWords().road;
  const { name, kind, top, height, lanes, times } = road;
  const [first = "", rest = ""] = name.replace(/[)]$/u, "").split(" (");
  const nameAt = isNarrow ? top - 6 : top + 14;
  const right = isNarrow ? width : left + width + RATE_WIDTH;
  return (
    <g>
      <text x={0} y={nameAt} font-weight="600">
        {isNarrow ? name : first}
      </text>
      <text x={right} y={nameAt} text-anchor="end" font-weight="600">
        {rate}
      </text>
      {!isNarrow && (
        <g font-size="12" opacity="0.75">
          <text x={0} y={top + 31}>
            {rest === "" ? words.kindsShort[kind] : `${words.kindsShort[kind]}, ${rest}`}
          </text>
          <text x={right} y={top + 31} text-anchor="end">
            × {quantityText(times, "count")}
          </text>
        </g>
      )}
      <svg x={left} y={top} width={width} height={height}>
        <rect width="100%" height="100%" rx="3" fill="#4a4e57" />
        {Array.from({ length: lanes - 1 }, (_, lane) => (
          <line
            key={lane}
            x2="100%"
            y1={KERB + (lane + 1) * LANE_HEIGHT}
            y2={KERB + (lane + 1) * LANE_HEIGHT}
            stroke="#e4e6ea"
            stroke-dasharray="14 16"
            stroke-width="1.2"
          />
        ))}
        {Array.from({ length: lanes }, (_, lane) => (
          <Traffic key={lane} lane={lane} width={width} colour={COLOURS[kind]} />
        ))}
      </svg>
    </g>
  );
}

/** Cars of one lane: they move on by one spacing, again and again. */
function Traffic({
  lane,
  width,
  colour,
}: {
  readonly lane: number;
  readonly width: number;
  readonly colour: string;
}): JSX.Element {
  const cars = Math.ceil(width / SPACING) + 1;
  return (
    <g class="traffic" fill={colour} style={{ animationDelay: `${-0.37 * lane}s` }}>
      {Array.from({ length: cars }, (_, car) => (
        <rect
          key={car}
          x={(car - 1) * SPACING + ((lane * STEP) % SPACING)}
          y={KERB + lane * LANE_HEIGHT + (LANE_HEIGHT - CAR.height) / 2}
          rx="2.5"
          {...CAR}
        />
      ))}
    </g>
  );
}
