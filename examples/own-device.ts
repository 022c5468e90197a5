/** What a device would do with twice its memory bandwidth: devices are plain data. */
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  estimate,
  findDevice,
  findModel,
  SINGLE_DEVICE,
  systemFor,
  type Device,
  type ModelEntry,
} from "../core/index.ts";

const found = findModel(catalogue.models as readonly ModelEntry[], "gpt-2");
const device = findDevice(catalogue, "L40S");
const engines = catalogue.engines.map(decodeEngine);
const engine = engines.find((each) => each.ok && each.value.id === "vllm");
if (!found.ok || !device.ok || engine?.ok !== true) throw new Error("not in the catalogue");
const model = decodeModelEntry(found.value.entry);
if (!model.ok) throw new Error(model.error.expected);

const { memory } = device.value;
if (memory?.bandwidth === undefined) throw new Error("no bandwidth");
const faster: Device = {
  ...device.value,
  memory: { ...memory, bandwidth: 2 * memory.bandwidth },
};

for (const each of [device.value, faster]) {
  const answer = estimate({
    model: model.value,
    system: systemFor(catalogue, each),
    placement: {
      parallel: SINGLE_DEVICE,
      replicas: 1,
      numerics: model.value.numerics,
      engine: engine.value,
    },
    load: {
      input: { mean: 512, variation: 0 },
      output: { mean: 128, variation: 0 },
      cached: 0,
      concurrency: 64,
    },
  });
  if (answer.kind === "infeasible") console.log(answer.message);
  else console.log(`${(1000 * answer.tpot.p50).toPrecision(4)} ms a token`);
}
