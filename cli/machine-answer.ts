/** What the kinds of work cost on this machine, learnt from probes and from measurements. */
import * as z from "zod";
import { quantityText, type Table } from "../core/index.ts";
import { decode } from "../core/decode.ts";
import {
  fitMachine,
  leftOut,
  runTime,
  type Machine,
  type MachineRun,
} from "../core/optimise/predict/index.ts";
import { measureMachine } from "../measure/machine/index.ts";
import { onnxRunner } from "../measure/onnx/index.ts";
import { machineName } from "./machine-name.ts";
import { numbered } from "./numbered.ts";
import type { Answer } from "./answer.ts";
import { documentOf } from "./documents.ts";
import { accepted, inputError } from "./input-error.ts";
import { laidOut } from "./layout.ts";
import { savedText, saveProfile } from "./profile-option.ts";
import type { Shell } from "./shell.ts";

export interface MachineOptions {
  readonly from?: readonly string[];
  readonly save?: string;
  readonly threads?: number;
}

/** Runs all probes, with the measurements of `--from` beside them. Errors: one that cannot be run or read. */
export async function machineAnswer(options: MachineOptions, shell: Shell): Promise<Answer> {
  const { threads = 1, from = [], save } = options;
  const given = await Promise.all(from.map((file) => runOf(file, threads, shell)));
  const report = (text: string) => shell.note(`${text}\n`);
  const stop = shell.interruption();
  const measured = await measureMachine(onnxRunner({ stop }), threads, report);
  if (stop.aborted) throw new Error("interrupted: nothing is saved");
  if (measured.kind === "failed")
    throw inputError("--machine", "probes that run", measured.message);
  const runs = [...measured.value, ...given];
  const about = `${machineName()}, ONNX Runtime, threads: ${threads}`;
  const machine = fitMachine({ about, threads }, runs);
  const unseen = leftOut({ about, threads }, runs);
  const compared = runs.map((run) => comparedRun(run, machine, unseen));
  if (save !== undefined) await saveProfile(save, machine, shell);
  return {
    json: { machine, runs: compared },
    text: (own) =>
      [
        machine.about,
        "",
        laidOut(table(compared), own),
        `of models that are not among these, one in two is within ${quantityText(Math.expm1(TYPICAL * machine.spread), "fraction")}: ${basisText(new Set([...unseen.keys()].map(({ name }) => name)).size)}`,
        savedText(save),
        "",
      ].join("\n"),
  };
}

/** Standard normal quantile of three quarters: half of all errors are smaller. */
const TYPICAL = 0.674;

/** What the width is learnt from. */
function basisText(models: number): string {
  const usual = "what such prices were off on other models, on another machine";
  if (models === 0) return `${usual}; --from tells how far they are off here`;
  return `${usual}, and on ${numbered(models, "model")} here, left out in turn`;
}

interface ComparedRun {
  readonly name: string;
  readonly measured: number;
  readonly predicted: number;
  /** By prices that were learnt without it and its family; of probes nothing. */
  readonly unseen?: number;
}

function comparedRun(
  run: MachineRun,
  machine: Machine,
  unseen: ReadonlyMap<MachineRun, number>,
): ComparedRun {
  const own = unseen.get(run);
  return {
    name: run.name,
    measured: run.processorTime,
    predicted: runTime(run, machine).time,
    ...(own === undefined ? {} : { unseen: own }),
  };
}

function table(runs: readonly ComparedRun[]): Table {
  return {
    columns: [
      { title: "run", align: "left" },
      { title: "measured", align: "right" },
      { title: "by prices", align: "right" },
      { title: "left out", align: "right" },
      { title: "off", align: "right" },
    ],
    rows: runs.map(({ name, measured, predicted, unseen }) => [
      name,
      quantityText(measured, "time"),
      quantityText(predicted, "time"),
      unseen === undefined ? "" : quantityText(unseen, "time"),
      unseen === undefined ? "" : `${(100 * (unseen / measured - 1)).toFixed(0)} %`,
    ]),
  };
}

const sizes = z.array(z.array(z.number().nonnegative()));

/** What of the answer of `tenlane measure model.onnx --json` is used. */
const measurement = z.object({
  model: z.object({ name: z.string() }),
  session: z.object({ threads: z.int().positive() }),
  latency: z.object({ cpu: z.number().positive() }),
  profile: z
    .object({
      operators: z.array(
        z.object({
          name: z.string(),
          operator: z.string(),
          time: z.number().nonnegative(),
          inputs: sizes,
          outputs: sizes,
        }),
      ),
    })
    .nullable(),
});

async function runOf(file: string, threads: number, shell: Shell): Promise<MachineRun> {
  const { model, session, latency, profile } = accepted(
    decode(measurement, await documentOf(file, shell)),
    file,
  );
  if (session.threads !== threads)
    throw inputError(
      file,
      `a measurement with ${threads} threads, as --threads says`,
      session.threads,
    );
  if (profile === null)
    throw inputError(file, "a measurement that knows where the time goes: a longer --budget", null);
  return {
    name: model.name,
    kernels: profile.operators.filter(({ operator }) => operator !== "If"),
    processorTime: latency.cpu,
    resultBytes: 0,
  };
}
