/** Availability, spares, checkpoints and what takes down how much: for programs and for people. */
import {
  dalyInterval,
  FAILING,
  given,
  goodput,
  intervalText,
  joinedAvailability,
  joinedBetween,
  PARTS,
  propagated,
  quantityText,
  sparesFor,
  stopped,
  timesOf,
  type Hall,
  type Part,
  type Propagated,
  type Times,
  type Uncertain,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { paint } from "./paint.ts";
import { termTable } from "./worth-tables.ts";

export interface ReliabilityAsked {
  readonly title: string;
  readonly hall: Hall;
  /** Devices of one replica: they stop together. */
  readonly joined: number;
  readonly replicas: number;
  /** Probability that so many replicas are up. */
  readonly target: number;
  /** Of a training run over all devices, s. */
  readonly save: number;
  readonly restart: number;
  /** Mean times that the user knows. */
  readonly known: Readonly<Partial<Record<"deviceBetween" | "repair", number>>>;
}

type Terms = Readonly<Record<`${Part}Yearly` | `${Part}Repair`, Uncertain>>;

const YEAR = 365.25 * 86_400;

function termsOf({ known }: ReliabilityAsked): Terms {
  const { deviceBetween, repair } = known;
  const entries = PARTS.flatMap((part) => {
    const yearly = FAILING[part].yearly;
    return [
      [
        `${part}Yearly`,
        part === "device" && deviceBetween !== undefined
          ? given(yearly.name, YEAR / deviceBetween)
          : yearly,
      ],
      [
        `${part}Repair`,
        repair === undefined ? FAILING[part].repair : given(FAILING[part].repair.name, repair),
      ],
    ];
  });
  // Two entries a part are every key of Terms.
  return Object.fromEntries(entries) as Terms;
}

function timesAt(values: Readonly<Record<keyof Terms, number>>): Times {
  const of = (part: Part) => ({
    yearly: values[`${part}Yearly`],
    repair: values[`${part}Repair`],
  });
  return timesOf({
    device: of("device"),
    host: of("host"),
    switch: of("switch"),
    rack: of("rack"),
  });
}

export function reliabilityAnswer(asked: ReliabilityAsked): Answer {
  const { title, hall, joined, replicas, target, save, restart } = asked;
  const terms = termsOf(asked);
  const of = (f: (times: Times) => number): Propagated =>
    propagated(terms, (values) => f(timesAt(values)));
  const replica = bounded(of((times) => joinedAvailability(times, hall, joined)));
  const between = of((times) => joinedBetween(times, hall, joined)).answer;
  const whole = (times: Times) => ({
    between: joinedBetween(times, hall, hall.devices),
    save,
    restart,
  });
  const middle = timesAt(
    // The same keys, each at its middle.
    Object.fromEntries(
      Object.entries(terms).map(([key, { value }]) => [key, value.p50]),
    ) as Readonly<Record<keyof Terms, number>>,
  );
  const interval = dalyInterval(whole(middle));
  const parts = PARTS.map((part) => {
    const devices = stopped(hall, part);
    const count = Math.ceil(hall.devices / devices);
    const { between: each, repair } = middle[part];
    return {
      part,
      devices,
      share: devices / hall.devices,
      perYear: (count * YEAR) / each,
      lostDeviceHours: ((count * YEAR) / each) * ((devices * repair) / 3600),
    };
  });
  const json = {
    title,
    replica: { devices: joined, availability: replica, between },
    spares: {
      replicas,
      target,
      fewest: sparesFor(replicas, replica.p50, target),
      atP10: sparesFor(replicas, replica.p10, target),
    },
    run: {
      devices: hall.devices,
      between: of((times) => whole(times).between).answer,
      save,
      restart,
      interval,
      goodput: bounded(of((times) => goodput(whole(times), interval))),
    },
    parts,
    terms: Object.values(terms),
  };
  return { json, text: (shell) => textOf(json, shell) };
}

/** First order may pass what a share can be. */
function bounded({ answer: { p10, p50, p90, basis } }: Propagated): Propagated["answer"] {
  const within = (value: number) => Math.min(1, Math.max(0, value));
  return { p10: within(p10), p50: within(p50), p90: within(p90), basis };
}

interface Json {
  readonly title: string;
  readonly replica: {
    readonly devices: number;
    readonly availability: Propagated["answer"];
    readonly between: Propagated["answer"];
  };
  readonly spares: {
    readonly replicas: number;
    readonly target: number;
    readonly fewest: number | null;
    readonly atP10: number | null;
  };
  readonly run: {
    readonly devices: number;
    readonly between: Propagated["answer"];
    readonly interval: number;
    readonly goodput: Propagated["answer"];
  };
  readonly parts: readonly {
    readonly part: Part;
    readonly devices: number;
    readonly share: number;
    readonly perYear: number;
    readonly lostDeviceHours: number;
  }[];
  readonly terms: readonly Uncertain[];
}

function textOf(
  { title, replica, spares, run, parts, terms }: Json,
  shell: Parameters<Answer["text"]>[0],
): string {
  const { fewest, atP10, replicas, target } = spares;
  return [
    paint(shell, "bold", title),
    "",
    `A replica of ${replica.devices} devices is up ${intervalText(replica.availability, "fraction")} of the time; it stops every ${intervalText(replica.between, "time")}.`,
    `${fewest ?? "no number of"} spare replicas keep ${replicas} up with ${quantityText(target, "fraction")} (${atP10 ?? "none do"} if it is up as little as its p10).`,
    `A run over all ${run.devices} devices stops every ${intervalText(run.between, "time")}: save every ${quantityText(run.interval, "time")}, and ${intervalText(run.goodput, "fraction")} of the time is of use.`,
    "",
    laidOut(
      {
        columns: [
          { title: "what fails", align: "left" },
          { title: "stops devices", align: "right" },
          { title: "of all", align: "right" },
          { title: "a year", align: "right" },
          { title: "device-hours lost a year", align: "right" },
        ],
        rows: parts.map(({ part, devices, share, perYear, lostDeviceHours }) => [
          part,
          String(devices),
          quantityText(share, "fraction"),
          quantityText(perYear, "count"),
          quantityText(lostDeviceHours, "count"),
        ]),
      },
      shell,
    ),
    laidOut(termTable(terms), shell),
  ].join("\n");
}
