import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Answer, CommandModule } from "../answer.ts";
import { dataFolder } from "../data-folder.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { forecastAnswer, watchAnswer } from "../watch-answer.ts";
import { dashboard } from "../watch/dashboard.ts";
import { forecast, LIMITS } from "../watch/forecast.ts";
import type { Shell } from "../shell.ts";
import { openHistory } from "../watch/history.ts";
import { watchWished } from "../watch/wish.ts";

interface Options {
  readonly once?: true;
  readonly every: number;
  readonly samples?: number;
  readonly history?: string | boolean;
  readonly historyMax: number;
  readonly selfTest?: string | true;
  readonly selfTestEvery: number;
  readonly port?: number;
  readonly root: string;
  readonly dashboard?: true;
  readonly forecast?: true;
  readonly json?: true;
  readonly verbose?: true;
}

const PORT_MAX = 65_535;
const DAY = 86_400;

/** An endless watch in little memory. */
const ALONE = new URL(
  import.meta.url.endsWith(".ts") ? "../watch/alone.ts" : "../watch/alone.js",
  import.meta.url,
);

export const watchCommand: CommandModule = {
  examples: ["tenlane watch --once", "tenlane watch --once --json", "tenlane watch --dashboard"],
  declare: (command, shell, show) => {
    command
      .option("--once", "one sample, and what is wrong now")
      .option("--every <time>", "between two samples", everyFlag, 5)
      .option("--samples <n>", "end after so many", countFlag("--samples"))
      .option(
        "--history [file]",
        "where what is read is kept, in SQLite (Node 22.13 or later; default: your data, none with --once)",
      )
      .option("--no-history", "keep nothing")
      .option(
        "--history-max <size>",
        "most it may take",
        quantityFlag("--history-max", "size"),
        256e6,
      )
      .option(
        "--self-test [machine]",
        "measure some seconds of lanes, against those that tenlane measure lanes wrote down",
      )
      .option("--self-test-every <time>", "between two self-tests", testFlag, DAY)
      .option("--port <n>", "serve /metrics to Prometheus on this port of the loopback", portFlag)
      .option("--root <folder>", "where /proc and /sys are looked for", "/")
      .option("--dashboard", "print a dashboard for Grafana")
      .option("--forecast", "when what the history shows wears out or runs full")
      .action(async (options: Options) => {
        if (options.dashboard === true) {
          const json = dashboard();
          return show({ json, text: () => `${JSON.stringify(json, null, 2)}\n`, isVerbatim: true });
        }
        const { once, every, history: file, historyMax, port = null, root } = options;
        const isKept = file !== false && (file !== undefined || once !== true);
        const own = join(dataFolder(shell), "watch.sqlite");
        const path = typeof file === "string" ? file : isKept ? own : null;
        if (options.forecast === true) {
          if (path === null) throw inputError("--forecast", "a --history", undefined);
          if (!existsSync(path))
            throw inputError("--history", "a file that tenlane watch has kept", path);
          return show(await forecasts(path, historyMax));
        }
        const samples = once === true ? 1 : (options.samples ?? null);
        const isJson = options.json === true;
        const isVerbose = options.verbose === true;
        const history = path === null ? null : resolve(path);
        const { selfTest: named, selfTestEvery } = options;
        const selfTest =
          named === undefined
            ? null
            : {
                file: await lanesFile(named === true ? "mine" : named, shell),
                every: selfTestEvery,
              };
        const wish = {
          every,
          samples,
          history,
          isHistoryAsked: file !== undefined,
          historyMax,
          selfTest,
          port,
          root,
          isJson,
          isVerbose,
        };
        if (samples === null) shell.become?.(ALONE, wish);
        show(watchAnswer(await watchWished(wish, shell.interruption(), shell.note)));
      });
  },
};

/** Loaded where it is wanted: what checks the file takes 9 MB. */
async function lanesFile(name: string, shell: Shell): Promise<string> {
  const { lanesNamed } = await import("../lanes-file.ts");
  return lanesNamed(name, shell);
}

async function forecasts(path: string, sizeMax: number): Promise<Answer> {
  const history = await openHistory(path, sizeMax);
  const found = LIMITS.flatMap((limit) =>
    [...history.read(limit.name)].flatMap(
      ([series, points]) => forecast(series, points, limit) ?? [],
    ),
  );
  history.close();
  return forecastAnswer(found);
}

function everyFlag(text: string): number {
  const time = quantityFlag("--every", "time")(text);
  if (time >= 1) return time;
  throw inputError("--every", "at least a second", text);
}

/** Seconds of all cores each, so that an hour apart they take a hundredth of the machine. */
function testFlag(text: string): number {
  const time = quantityFlag("--self-test-every", "time")(text);
  if (time >= 3600) return time;
  throw inputError("--self-test-every", "at least an hour", text);
}

function portFlag(text: string): number {
  const port = countFlag("--port")(text);
  if (port <= PORT_MAX) return port;
  throw inputError("--port", `at most ${PORT_MAX}`, text);
}
