/** `tenlane measure fast.onnx --against model.onnx`: two models that take turns in one process. */
import { basename, dirname, resolve } from "node:path";
import { quantityText, significant } from "../../core/index.ts";
import { isFaster, type Comparison, type Ratio, type Tensors } from "../../core/optimise/index.ts";
import { onnxRunner } from "../../measure/onnx/index.ts";
import type { Answer } from "../answer.ts";
import type { MeasureOptions } from "../commands/measure.ts";
import { inputError } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import { paint } from "../paint.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";
import { measuredModel, runningModel } from "./measured-model.ts";

interface Around {
  readonly options: MeasureOptions;
  readonly shell: Shell;
}

/** Errors: a model that is refused, or that the engine does not run. */
export async function comparedAnswer(
  after: string,
  before: string,
  { options, shell }: Around,
): Promise<Answer> {
  const { threads, provider, budget, dim = {} } = options;
  const session = { threads, provider, optimises: true };
  const beside = dirname(resolve(shell.folder, before));
  const stop = shell.interruption();
  const runner = onnxRunner({ beside, stop });
  const asked = { sizes: dim, feeds: options.feeds ?? null };
  const first = await runningModel(before, asked, { runner, session, shell });
  const second = await measuredModel(after, { sizes: {}, feeds: null }, shell);
  const feeds = await first.feeds(1);
  const others = sameFeeds(feeds, await second.feeds(1));
  const end = clocked(shell, `${after} against ${before}`, budget);
  const outcome = await runner.compare(
    { model: first.bytes, session, feeds },
    { model: second.bytes, session, feeds: others },
    budget,
  );
  end();
  if (stop.aborted) throw new Error("interrupted");
  if (outcome.kind === "failed") {
    const { reason, message } = outcome;
    throw inputError(
      `${after}, ${before}`,
      "models that ONNX Runtime runs",
      `${reason}: ${message}`,
    );
  }
  const comparison = outcome.value;
  const verdicts = { wall: verdictOf(comparison, "wall"), cpu: verdictOf(comparison, "cpu") };
  const told = { before: basename(before), after: basename(after), comparison, verdicts };
  return {
    json: { models: { before, after }, session, ...comparison, verdicts },
    text: (around) => comparisonText(told, around),
  };
}

/** What the first is fed, for the inputs that the second has; of its own what the first lacks. */
function sameFeeds(first: readonly Tensors[], [own = {}]: readonly Tensors[]): readonly Tensors[] {
  return first.map((feed) =>
    Object.fromEntries(Object.entries(own).map(([name, tensor]) => [name, feed[name] ?? tensor])),
  );
}

/** A bar that follows the clock; what it gives clears it. */
function clocked(shell: Shell, label: string, budget: number): () => void {
  const bar = progress(shell, label);
  const started = performance.now();
  const tick = () => bar.reach(Math.min(1, (performance.now() - started) / 1e3 / budget), 1);
  const clock = setInterval(tick, 200);
  return () => {
    clearInterval(clock);
    bar.end();
  };
}

type Verdict = "faster" | "slower" | "not beyond noise";

function verdictOf(comparison: Comparison, clock: "wall" | "cpu"): Verdict {
  if (isFaster(comparison, clock)) return "faster";
  return isFaster(turned(comparison), clock) ? "slower" : "not beyond noise";
}

/** The same with both subjects exchanged. */
function turned(comparison: Comparison): Comparison {
  const { before, after, ratio, cpuRatio } = comparison;
  const inverse = ({ lower, middle, upper }: Ratio) => ({
    lower: 1 / upper,
    middle: 1 / middle,
    upper: 1 / lower,
  });
  return {
    ...comparison,
    before: after,
    after: before,
    ratio: inverse(ratio),
    cpuRatio: inverse(cpuRatio),
  };
}

interface Told {
  readonly before: string;
  readonly after: string;
  readonly comparison: Comparison;
  readonly verdicts: { readonly wall: Verdict; readonly cpu: Verdict };
}

function comparisonText({ before, after, comparison, verdicts }: Told, shell: Shell): string {
  const { ratio, cpuRatio, control, cpuControl, blocks, pressure } = comparison;
  const waited =
    pressure === null
      ? ""
      : `; something waited for a processor ${quantityText(pressure, "fraction")} of the time`;
  const middle = (of: "before" | "after") => [
    quantityText(comparison[of].median, "time"),
    quantityText(comparison[of].cpu, "time"),
  ];
  return [
    `${paint(shell, "bold", after)} against ${before}, in turns, ${blocks} blocks${waited}`,
    "",
    laidOut(
      {
        columns: [
          { title: "", align: "left", flexible: true },
          { title: "by the clock", align: "right" },
          { title: "by processor time", align: "right" },
        ],
        rows: [
          [before, ...middle("before")],
          [after, ...middle("after")],
          ["times as fast", ratioText(ratio), ratioText(cpuRatio)],
          [`noise: ${before} against itself`, ratioText(control), ratioText(cpuControl)],
          ["verdict", verdicts.wall, verdicts.cpu],
        ],
      },
      shell,
    ),
  ].join("\n");
}

function ratioText({ lower, middle, upper }: Ratio): string {
  return `${significant(middle)} [${significant(lower)}–${significant(upper)}]`;
}
