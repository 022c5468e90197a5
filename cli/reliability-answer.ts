/** Availability, spares, checkpoints and what takes down how much: for programs and for people. */
import { intervalText, quantityText } from "../core/index.ts";
import {
  failingTerms,
  joinedAvailability,
  joinedBetween,
  ofTimes,
  PARTS,
  runGoodput,
  sparesFor,
  stopped,
  type FailingKnown,
  type Hall,
  type Part,
  type Propagated,
  type Times,
  type Uncertain,
} from "../core/worth/index.ts";
import type { Answer } from "./answer.ts";
import { laidOut } from "./layout.ts";
import { numbered } from "./numbered.ts";
import { paint } from "./paint.ts";
import { termsText } from "./worth-tables.ts";
import { wrapped } from "./wrapped.ts";

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
  readonly known: FailingKnown;
}

const YEAR = 365.25 * 86_400;

export function reliabilityAnswer(asked: ReliabilityAsked): Answer {
  const { title, hall, joined, replicas, target, save, restart } = asked;
  const terms = failingTerms(asked.known);
  const of = (f: (times: Times) => number) => ofTimes(terms, f);
  const upOf = (devices: number) =>
    bounded(of((times) => joinedAvailability(times, hall, devices)));
  const replica = upOf(joined);
  const hosts = Math.ceil(hall.devices / hall.perHost);
  const between = of((times) => joinedBetween(times, hall, joined)).answer;
  const run = runGoodput(terms, hall, { save, restart });
  const parts = PARTS.map((part) => {
    const devices = stopped(hall, part);
    const count = Math.ceil(hall.devices / devices);
    const perYear = of((times) => (count * YEAR) / times[part].between).answer;
    const lost = of((times) => {
      const { between: each, repair } = times[part];
      return ((count * YEAR) / each) * ((devices * repair) / 3600);
    }).answer;
    return {
      part,
      devices,
      share: devices / hall.devices,
      perYear: perYear.p50,
      lostDeviceHours: lost.p50,
    };
  });
  const json = {
    title,
    replica: { devices: joined, availability: replica, between },
    spares: { replicas, target, ...spares(replicas, replica, target) },
    // One that takes over for a host is enough for a replica of many, as long as work is set up again on it.
    hosts: joined > hall.perHost ? { hosts, ...spares(hosts, upOf(hall.perHost), target) } : null,
    run: { devices: hall.devices, save, restart, ...run },
    parts,
    terms: Object.values(terms),
  };
  return { json, text: (shell) => textOf(json, shell) };
}

function spares(needed: number, up: Propagated["answer"], target: number): Spares {
  return { fewest: sparesFor(needed, up.p50, target), atP10: sparesFor(needed, up.p10, target) };
}

interface Spares {
  readonly fewest: number | null;
  /** If they are up as little as their p10. */
  readonly atP10: number | null;
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
  readonly spares: Spares & { readonly replicas: number; readonly target: number };
  readonly hosts: (Spares & { readonly hosts: number }) | null;
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
  { title, replica, spares, hosts, run, parts, terms }: Json,
  shell: Parameters<Answer["text"]>[0],
): string {
  const share = quantityText(spares.target, "fraction");
  return [
    paint(shell, "bold", title),
    "",
    ...[
      `A replica of ${numbered(replica.devices, "device")} is up ${intervalText(replica.availability, "fraction")} of the time; it stops every ${intervalText(replica.between, "time")}.`,
      `${keeping(spares, "spare replica")} ${spares.replicas} up with ${share} ${atLeast(spares)}.`,
      ...(hosts === null
        ? []
        : [
            `${keeping(hosts, "spare host")} all ${numbered(hosts.hosts, "host")} up with ${share} ${atLeast(hosts)}.`,
          ]),
      `A run over ${run.devices === 1 ? "the device" : `all ${run.devices} devices`} stops every ${intervalText(run.between, "time")}: save every ${quantityText(run.interval, "time")}, and ${intervalText(run.goodput, "fraction")} of the time is of use.`,
    ].map((sentence) => wrapped(sentence, shell.columns)),
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
    termsText(terms, shell),
  ].join("\n");
}

function keeping({ fewest }: Spares, what: string): string {
  if (fewest === null) return `No number of ${what}s keeps`;
  return `${numbered(fewest, what)} ${fewest === 1 ? "keeps" : "keep"}`;
}

function atLeast({ atP10 }: Spares): string {
  return `(${atP10 ?? "none do"} if they are up as little as their p10)`;
}
