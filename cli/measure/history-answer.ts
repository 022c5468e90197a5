/** What the history says: a list, a comparison, what became slower, or all of it for another program. */
import { quantityText, significant } from "../../core/index.ts";
import type { Answer } from "../answer.ts";
import type { MeasureOptions } from "../commands/measure.ts";
import { inputError } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import type { Shell } from "../shell.ts";
import { change, csvOf, regressions, type Change } from "./changes.ts";
import { keptAs, openedHistory, type Kept } from "./history.ts";

/** Errors: no history, numbers that it lacks. */
export async function historyAnswer(options: MeasureOptions, shell: Shell): Promise<Answer> {
  const history = await openedHistory(options, shell);
  if (typeof history === "string") throw inputError("--history", "a history", history);
  const all = history.all();
  history.close();
  if (options.compare !== undefined) return comparedAnswer(all, options.compare);
  if (options.regressions === true) return regressionsAnswer(regressions(all));
  const flat = all.map(({ id, measurement }) => ({ id, ...measurement }));
  if (options.export === "csv")
    return { json: { measurements: flat }, text: () => csvOf(all), isVerbatim: true };
  if (options.export === "json") {
    return {
      json: { measurements: flat },
      text: () => `${JSON.stringify({ measurements: flat }, null, 2)}\n`,
      isVerbatim: true,
    };
  }
  return { json: { measurements: flat }, text: (around) => listText(all, around) };
}

function comparedAnswer(all: readonly Kept[], ids: readonly string[]): Answer {
  const [first, second, ...others] = ids;
  if (first === undefined || second === undefined || others.length > 0) {
    throw inputError("--compare", "two numbers of tenlane measure --list", ids.join(" "));
  }
  const found = change(keptAs(all, first), keptAs(all, second));
  return {
    json: { changes: [flatChange(found)] },
    text: () => `${changeText(found)}\n`,
  };
}

function regressionsAnswer(found: readonly Change[]): Answer {
  return {
    json: { changes: found.map(flatChange) },
    text: () =>
      found.length === 0
        ? "nothing is slower than it was\n"
        : `${found.map(changeText).join("\n")}\n`,
  };
}

function flatChange({ before, after, ...others }: Change): object {
  return { before: before.id, after: after.id, ...others };
}

function changeText({ before, after, ratio, clock, verdict, differs }: Change): string {
  const shown = ({ id, measurement }: Kept) => {
    const { median, cpu } = measurement.latency;
    const time = quantityText(clock === "cpu" ? cpu : median, "time");
    return `${id} ${measurement.model.name} ${measurement.at.slice(0, 16)}: ${time}`;
  };
  const by = clock === "cpu" ? ", by processor time since other work disturbed the clock" : "";
  const said =
    verdict === "same" ? "no change beyond what processes differ by, or too few of them" : verdict;
  return [
    shown(before),
    shown(after),
    `  ${significant(ratio)} times as fast${by}: ${said}`,
    ...differs.map((each) => `  other ${each}`),
  ].join("\n");
}

function listText(all: readonly Kept[], shell: Shell): string {
  if (all.length === 0) return "nothing was measured\n";
  return laidOut(
    {
      columns: [
        { title: "id", align: "right" },
        { title: "at", align: "left" },
        { title: "model", align: "left", flexible: true },
        { title: "on", align: "left" },
        { title: "threads", align: "right" },
        { title: "p50", align: "right" },
        { title: "p95", align: "right" },
        { title: "processor", align: "right" },
        { title: "", align: "left" },
      ],
      rows: all.map(({ id, measurement }) => {
        const { at, model, session, latency, doubts } = measurement;
        return [
          String(id),
          at.slice(0, 16).replace("T", " "),
          model.name,
          session.provider,
          String(session.threads),
          quantityText(latency.median, "time"),
          quantityText(latency.p95, "time"),
          quantityText(latency.cpu, "time"),
          doubts.length > 0 ? "disturbed" : "",
        ];
      }),
    },
    shell,
  );
}
