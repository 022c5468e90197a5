/** Two training plans with the library: a 70B model from nothing, and adapters of an 8B model. */
import { readFileSync } from "node:fs";
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  decodeTrainingRun,
  findModel,
  numerics,
  planTraining,
  quantityText,
  sitesOf,
  type ModelEntry,
  type TrainingLimits,
} from "../core/index.ts";

const engines = catalogue.engines.flatMap((file) => {
  const engine = decodeEngine(file);
  return engine.ok ? [engine.value] : [];
});
const sites = sitesOf(catalogue, engines, { devices: ["h100-sxm", "b200-sxm", "mi300x"] });

planned("llama-2-70b", "pretrain-70b", ["bf16"], { time: 60 * 86_400, devices: 1024 });
planned("llama-3.1-8b", "lora-8b", ["bf16", "w4a16"], { devices: 8 });

function planned(
  id: string,
  file: string,
  formats: readonly string[],
  limits: TrainingLimits,
): void {
  const found = findModel(catalogue.models as readonly ModelEntry[], id);
  const model = found.ok ? decodeModelEntry(found.value.entry) : found;
  const run = decodeTrainingRun(
    JSON.parse(readFileSync(new URL(`training/${file}.json`, import.meta.url), "utf8")),
  );
  if (!model.ok || !run.ok) throw new Error(`${id} or ${file} does not decode`);
  const { plans } = planTraining({
    model: model.value,
    run: run.value,
    limits,
    sites,
    numerics: formats.flatMap((name) => {
      const format = numerics(name);
      return format.ok ? [format.value] : [];
    }),
    objective: "cost",
  });
  console.log(`${model.value.name}, ${run.value.name}`);
  for (const { system, estimate, layout, time, cost, reliability } of plans) {
    const { tensor, pipeline, data } = layout.split;
    console.log(
      `  ${estimate.devices} × ${system.device.id}, TP${tensor} PP${pipeline} DP${data}, ${layout.numerics.name}: ` +
        `${quantityText(time.p50, "time")}, ${quantityText(cost?.p50 ?? NaN, "money")}, ` +
        `MFU ${quantityText(estimate.utilisation, "fraction")}, ` +
        `goodput ${quantityText(reliability.goodput.p50, "fraction")}`,
    );
  }
}
