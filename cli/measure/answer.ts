/** A measurement, for programs and for people. */
import { intervalText, quantityText, significant, type Table } from "../../core/index.ts";
import type { Headroom } from "../../core/optimise/index.ts";
import type { LoadResult } from "../../measure/onnx/index.ts";
import type { Answer } from "../answer.ts";
import { laidOut } from "../layout.ts";
import { numbered } from "../numbered.ts";
import { paint } from "../paint.ts";
import type { Shell } from "../shell.ts";
import type { Measurement } from "./measurement.ts";

/** `id` is the number it is kept by; null where it is not kept. */
export function measureAnswer(measurement: Measurement, id: number | null): Answer {
  return {
    json: { id, ...measurement },
    text: (shell) =>
      [
        ...head(measurement, shell),
        ...latency(measurement),
        "",
        ...doubtful(measurement, shell),
        laidOut(loadTable(measurement.loads), shell),
        ...profileText(measurement, shell),
        ...predictedText(measurement),
        id === null ? "" : `kept as ${id}: tenlane measure --list\n`,
      ].join("\n"),
  };
}

const time = (value: number) => quantityText(value, "time");

function head({ model, engine, session, machine }: Measurement, shell: Shell): readonly string[] {
  const sizes = Object.entries(model.sizes).map(([name, size]) => `${name}=${size}`);
  const threads = numbered(session.threads, "thread");
  return [
    `${paint(shell, "bold", model.name)}  ${[quantityText(model.bytes, "size"), ...sizes].join(", ")}`,
    `${engine} on ${session.provider}, ${threads} of ${machine.processor}`,
    "",
  ];
}

function latency({ latency, repeats, energy, pressure }: Measurement): readonly string[] {
  const { median, p95, p99, least, cpu, runs, bytesResident } = latency;
  const count = repeats.length === 1 ? "1 process" : `${repeats.length} processes`;
  return [
    `  latency         ${time(median)}  (p95 ${time(p95)}, p99 ${time(p99)}, least ${time(least)})`,
    `  processor time  ${time(cpu)} a run`,
    `  memory          ${quantityText(bytesResident, "size")} resident`,
    `  energy          ${energy === null ? "no counter that may be read" : `${quantityText(energy, "energy")} a run`}`,
    `  from            ${runs} runs in ${count}${pressure === null ? "" : `, something waited for a processor ${quantityText(pressure, "fraction")} of the time`}`,
  ];
}

function doubtful({ doubts }: Measurement, shell: Shell): readonly string[] {
  if (doubts.length === 0) return [];
  return [
    `${paint(shell, "red", "not a result:")} ${doubts.join("; ")}`,
    "  measure again when nothing else runs; processor time is disturbed least",
    "",
  ];
}

function loadTable(loads: readonly LoadResult[]): Table {
  return {
    columns: [
      { title: "batch", align: "right" },
      { title: "processes", align: "right" },
      { title: "threads each", align: "right" },
      { title: "items/s", align: "right" },
      { title: "p50", align: "right" },
      { title: "p95", align: "right" },
      { title: "memory", align: "right" },
      { title: "", align: "left", flexible: true },
    ],
    rows: loads.map(({ batch, instances, threads, result }) => {
      const setting = [String(batch), String(instances), String(threads)];
      if (result.kind === "failed") {
        return [...setting, "-", "-", "-", "-", `${result.reason}: ${result.message}`];
      }
      const { itemsPerSecond, timing } = result.value;
      return [
        ...setting,
        significant(itemsPerSecond),
        time(timing.median),
        time(timing.p95),
        quantityText(timing.bytesResident, "size"),
        "",
      ];
    }),
  };
}

const BAR = 24;
const SLOWEST = 5;

function profileText({ profile, session }: Measurement, shell: Shell): readonly string[] {
  if (profile === null)
    return [
      "where the time goes is not known: the engine keeps no profile, or a longer --budget has time for one",
      "",
    ];
  const { operators, ceilings } = profile;
  const spent = operators.reduce((sum, each) => sum + each.time, 0);
  const roof = operators.reduce((sum, each) => sum + Math.min(each.roof, each.time), 0);
  const memory = ceilings.bandwidths.at(-1)?.rate ?? 0;
  const best = [
    quantityText(ceilings.fp32, "compute"),
    ...(ceilings.int8 === null ? [] : [`${quantityText(ceilings.int8, "compute")} of 8 bits`]),
    `${quantityText(memory, "bandwidth")} of memory`,
  ];
  const threads = session.threads === 1 ? "one thread" : `${session.threads} threads`;
  return [
    paint(shell, "bold", `Where the ${time(spent)} of a run inside operators go`),
    `█ what ${threads} must take at ${best.join(", ")}; ░ what could be saved`,
    "",
    laidOut(kindTable(operators, spent), shell),
    `All operators at their roofs take ${time(roof)}: at most ${significant(spent / roof)} times as fast`,
    "",
    laidOut(slowestTable(operators), shell),
  ];
}

interface Kind {
  readonly name: string;
  readonly count: number;
  readonly time: number;
  readonly roof: number;
  readonly flops: number;
  readonly bytes: number;
}

function kindsOf(operators: readonly Headroom[]): readonly Kind[] {
  const kinds = new Map<string, Kind>();
  for (const { operator, time, roof, flops, bytes } of operators) {
    const before = kinds.get(operator) ?? { count: 0, time: 0, roof: 0, flops: 0, bytes: 0 };
    kinds.set(operator, {
      name: operator,
      count: before.count + 1,
      time: before.time + time,
      roof: before.roof + Math.min(roof, time),
      flops: before.flops + flops,
      bytes: before.bytes + bytes,
    });
  }
  return [...kinds.values()].toSorted((a, b) => b.time - a.time);
}

/** Kinds that take less share a row. */
const SHARE_MIN = 0.01;

function kindTable(operators: readonly Headroom[], total: number): Table {
  const all = kindsOf(operators);
  const small = all.filter((kind) => kind.time < SHARE_MIN * total);
  const kinds = all.filter((kind) => kind.time >= SHARE_MIN * total);
  const longest = kinds[0]?.time ?? 1;
  const rest = small.reduce((sum, kind) => sum + kind.time, 0);
  return {
    columns: [
      { title: "operator", align: "left", flexible: true },
      { title: "count", align: "right" },
      { title: "time", align: "right" },
      { title: "share", align: "right" },
      { title: "", align: "left" },
      { title: "reached", align: "right" },
      { title: "of the roof", align: "right" },
    ],
    rows: [
      ...kinds.map((kind) => [
        kind.name,
        String(kind.count),
        time(kind.time),
        quantityText(kind.time / total, "fraction"),
        bar(kind.time / longest, kind.roof / kind.time),
        reached(kind),
        quantityText(kind.roof / kind.time, "fraction"),
      ]),
      ...(small.length === 0
        ? []
        : [
            [
              `${small.length} others`,
              "",
              time(rest),
              quantityText(rest / total, "fraction"),
              "",
              "",
              "",
            ],
          ]),
    ],
  };
}

/** Length by time, filled by what the roof allows of it. */
function bar(length: number, share: number): string {
  const cells = Math.max(1, Math.round(BAR * length));
  const full = Math.round(cells * Math.min(1, share));
  return "█".repeat(full) + "░".repeat(cells - full);
}

function reached({ flops, bytes, time }: Pick<Kind, "flops" | "bytes" | "time">): string {
  if (time <= 0) return "-";
  return flops > 0
    ? quantityText(flops / time, "compute")
    : quantityText(bytes / time, "bandwidth");
}

function slowestTable(operators: readonly Headroom[]): Table {
  return {
    columns: [
      { title: "slowest", align: "left", flexible: true },
      { title: "operator", align: "left" },
      { title: "gives", align: "left" },
      { title: "time", align: "right" },
      { title: "reached", align: "right" },
      { title: "bound by", align: "left" },
    ],
    rows: operators
      .slice(0, SLOWEST)
      .map((each) => [
        each.name,
        each.operator,
        each.outputs[0]?.join("x") ?? "",
        time(each.time),
        reached(each),
        each.limit,
      ]),
  };
}

/** A prediction of all cores stands beside the load that has them to itself. */
function predictedText({ predicted, latency, loads, machine }: Measurement): readonly string[] {
  if (predicted === null) return [];
  const alone = loads.find(
    ({ batch, instances, threads }) => batch === 1 && instances === 1 && threads === machine.cores,
  );
  const whole = alone?.result.kind === "done" ? alone.result.value.timing.median : null;
  const beside = predicted.of === "processor time" ? latency.cpu : whole;
  const measured = beside === null ? "" : `, measured ${time(beside)}`;
  return [
    `Predicted (${predicted.of}, ${predicted.by}): ${intervalText(predicted.time, "time")}${measured}`,
    "",
  ];
}
