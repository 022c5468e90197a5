/** Models that read and answer at once, on machines of several kinds: what a service of each would take and cost. */
import {
  catalogue,
  decodeEngine,
  decodeModelEntry,
  estimateBatch,
  findDevice,
  findModel,
  intervalText,
  numerics,
  offersFor,
  SINGLE_DEVICE,
  systemFor,
  type ModelEntry,
} from "../core/index.ts";

const SERVICES = [
  { name: "tumours in scans: 3D U-Net, windows of 128³", model: "3D-UNet (KiTS19)", batch: 4 },
  { name: "what to show next: DLRM-DCNv2, user-item pairs", model: "DLRM-DCNv2", batch: 8192 },
  { name: "what the microphone hears: Whisper's encoder, 30 s", model: "whisper-small", batch: 8 },
  { name: "cars and people: RetinaNet, 800 × 800", model: "RetinaNet ResNeXt50 800x800", batch: 8 },
] as const;
const DEVICES = ["L4", "H100 SXM", "Inferentia2", "Xeon 8592+"];

const engine = catalogue.engines
  .map(decodeEngine)
  .find((each) => each.ok && each.value.id === "static");
const format = numerics("bf16");
if (engine?.ok !== true || !format.ok) throw new Error("the catalogue has static batches and bf16");

for (const { name, model: label, batch } of SERVICES) {
  console.log(name);
  const found = findModel(catalogue.models as readonly ModelEntry[], label);
  const model = found.ok ? decodeModelEntry(found.value.entry) : found;
  if (!model.ok) throw new Error(model.error.expected);
  for (const named of DEVICES) {
    const device = findDevice(catalogue, named);
    if (!device.ok) throw new Error(device.error.expected);
    const offer = offersFor(catalogue, device.value.id).find(({ kind }) => kind === "on-demand");
    const answer = estimateBatch({
      model: model.value,
      system: systemFor(catalogue, device.value, offer === undefined ? {} : { offer }),
      placement: {
        parallel: SINGLE_DEVICE,
        replicas: 1,
        numerics: format.value,
        engine: engine.value,
      },
      batch,
      input: 0,
      output: 1,
    });
    if (answer.kind === "infeasible") {
      console.log(`  ${named}: ${answer.message}`);
      continue;
    }
    const { itemRate, latency, energyPerItem } = answer;
    console.log(
      `  ${named}: ${intervalText(itemRate, "sampleRate")}, a batch in ${intervalText(latency, "time")}, ${intervalText(energyPerItem, "energy")} each`,
    );
  }
}
