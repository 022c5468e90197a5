import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import type { InputSizes } from "./architectures/index.ts";
import { decodeModelEntry, type ModelEntry } from "./find-model.ts";
import type { Network } from "./network.ts";
import { networkMacs, networkParameters } from "./network-size.ts";

const folder = new URL("../../catalogue/models/", import.meta.url);

/** What a source counts for a network, as it prints it. */
interface Printed {
  /** Parameters. */
  readonly total?: number;
  readonly beside?: { readonly parameters: number };
  readonly rounded?: number;
  /** Multiply-accumulates of one sample. */
  readonly macs?: number;
  /** Size of the input they were counted on, where it is not the entry's own. */
  readonly input?: InputSizes;
  /** "layers" where the counter sees layers with weights only, not products of two activations. */
  readonly counts?: "layers";
  readonly source: string;
}

function entries(): readonly (Omit<ModelEntry, "published"> & { readonly published?: Printed })[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const entry = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    if (entry.network === undefined) return [];
    assert.equal(`${entry.id}.json`, file);
    return [entry];
  });
}

function networkOf(entry: Omit<ModelEntry, "published">, input?: InputSizes): Network {
  const model = decodeModelEntry(entry, input);
  assert.ok(model.ok && model.value.kind === "network", JSON.stringify(model));
  return model.value;
}

/** Parameters: five in a thousand, or half a unit of the last digit where the entry says that it is coarser. */
const SHARE_MAX = 0.005;

/** Multiply-accumulates: one in a hundred, or half of the last digit printed where that is coarser ("0.04 G"). */
function tolerance(printed: number): number {
  const digits = String(printed).replace(".", "").replace(/0+$/u, "").replace(/^0+/u, "").length;
  const unit = 10 ** (Math.floor(Math.log10(printed)) + 1 - digits);
  return Math.max(0.01 * printed, 0.5 * unit);
}

function withoutAttention(network: Network): Network {
  return { ...network, nodes: network.nodes.filter(({ work }) => work.kind !== "attention") };
}

for (const entry of entries()) {
  const { published, id } = entry;
  test(`decodeModelEntry() of ${id} counts what ${published?.source ?? "no source"} prints`, () => {
    const network = networkOf(entry, published?.input);
    if (published?.total !== undefined) {
      const stated = published.total - (published.beside?.parameters ?? 0);
      const counted = networkParameters(network);
      const most = Math.max(SHARE_MAX * stated, published.rounded ?? 0);
      assert.ok(Math.abs(counted - stated) <= most, `counted ${counted}, printed ${stated}`);
    }
    if (published?.macs !== undefined) {
      const isOfLayers = published.counts === "layers";
      const counted = networkMacs(isOfLayers ? withoutAttention(network) : network);
      const off = Math.abs(counted - published.macs);
      assert.ok(off <= tolerance(published.macs), `counted ${counted}, printed ${published.macs}`);
    }
  });
}

test("entries of catalogue/models that are networks share no name", () => {
  const seen = new Map<string, string>();
  for (const { id, name, aliases } of entries()) {
    for (const each of new Set([id, name, ...aliases].map((label) => label.toLowerCase()))) {
      assert.equal(seen.get(each), undefined, `"${each}" names ${id} and ${seen.get(each)}`);
      seen.set(each, id);
    }
  }
});

const resnet18: ModelEntry & { readonly network: object } = {
  id: "drawn",
  name: "Drawn",
  aliases: [],
  source: "this test",
  network: { family: "resnet", blocks: [2, 2, 2, 2], block: "basic", image: 224 },
};

test("decodeModelEntry() on a larger image keeps the parameters", () => {
  const [small, large] = [networkOf(resnet18), networkOf(resnet18, { image: 288 })];
  assert.equal(networkParameters(large), networkParameters(small));
  assert.ok(networkMacs(large) > 1.6 * networkMacs(small));
});

test("decodeModelEntry() refuses a size the network has not, and a figure it does not know", () => {
  const frames = decodeModelEntry(resnet18, { frames: 100 });
  const unknown = decodeModelEntry({ ...resnet18, network: { ...resnet18.network, depth: 18 } });
  const family = decodeModelEntry({ ...resnet18, network: { family: "perceptron" } });
  assert.deepEqual(!frames.ok && frames.error.path, ["drawn", "network", "frames"]);
  assert.ok(!unknown.ok);
  assert.deepEqual(!family.ok && family.error.path, ["drawn", "network", "family"]);
});

interface Counted {
  readonly id: string;
  /** What is other than in the entry. */
  readonly figures: Readonly<Record<string, unknown>>;
  /** Multiply-accumulates, as the source counts them. */
  readonly printed: number;
  readonly counts?: "layers";
  readonly source: string;
}

/** Detectors of 1280 by 800, a thousand regions and a hundred masks; RetinaNet's sixth level begins at C5 there, 1.1 G of the difference. */
const DETECTOR = { image: [800, 1280] };
const SHALLOW = { trunk: "resnet", block: "bottleneck", blocks: [3, 4, 6, 3] };

/** Networks of the catalogue on another input or with other classes, as others have counted them. */
const COUNTED: readonly Counted[] = [
  {
    id: "retinanet-resnet50",
    figures: { ...DETECTOR, classes: 80, trunk: SHALLOW },
    printed: 239.32e9,
    source: "open-mmlab/mmdetection docs/en/user_guides/useful_tools.md",
  },
  {
    id: "faster-rcnn-resnet50",
    figures: { ...DETECTOR, classes: 81, trunk: { ...SHALLOW, blocks: [3, 4, 23, 3] } },
    printed: 283.14e9,
    source: "open-mmlab/mmdetection configs/res2net/README.md (R-101-FPN)",
  },
  {
    id: "mask-rcnn-resnet50",
    figures: { ...DETECTOR, classes: 81, trunk: SHALLOW },
    printed: 260e9,
    source: "Liu et al. 2024 (arXiv 2401.10166), table 2 (ResNet-50)",
  },
  {
    id: "wav2vec2-base",
    figures: { frames: 30_480 },
    printed: 26.843e9 / 2,
    source: "open_model_zoo models/public/wav2vec2-base (multiplications and additions apart)",
  },
  {
    id: "unet-2d",
    figures: { image: [368, 480], padding: "same", norm: "batch", channels: 3, classes: 12 },
    printed: 260.1e9 / 2,
    source:
      "open_model_zoo models/intel/unet-camvid-onnx-0001 (multiplications and additions apart)",
  },
  {
    id: "unet-3d-kits19",
    figures: { classes: 14 },
    printed: 480.06e9,
    source:
      "Das et al. (SegResMamba, MIDL 2025), table 7, nnU-Net of BTCV (14 classes, 128 a side)",
  },
  {
    id: "conformer-ctc-large",
    figures: { layers: 12, frames: 2996, mels: 76 },
    printed: 221.62e9 / 2,
    source:
      "k2-fsa/icefall pull 1093, pruned_transducer_stateless (30 s; without padding 749 by 19 places, as of 2,996 frames of 76 here)",
  },
  {
    id: "sdxl-unet",
    figures: {},
    printed: 162.27e12 / (2 * 3 * 8),
    source:
      "gclouduniverse/reproducibility Training/TPU-v5p/SDXL-MaxDiffusion (a step of 8 images, as three passes)",
  },
  {
    id: "pixart-alpha-512",
    figures: { latent: [64, 64] },
    printed: 107.031e12 / 50,
    counts: "layers",
    source: "HaozheLiu-ST/T-GATE README.md (arXiv 2404.02747), 25 steps of two at 1024 pixels",
  },
];

for (const { id, figures, printed, counts, source } of COUNTED) {
  test(`decodeModelEntry() of ${id} counts ${printed / 1e9} G within 1 %, as ${source}`, () => {
    const entry = entries().find((each) => each.id === id);
    assert.ok(entry?.network !== undefined);
    const built = networkOf({ ...entry, network: { ...entry.network, ...figures } });
    const counted = networkMacs(counts === "layers" ? withoutAttention(built) : built);
    assert.ok(Math.abs(counted / printed - 1) < 0.01, `${counted}`);
  });
}

test("networkParameters() is the very count where a source prints every digit, but for frozen norms and biases beside norms", () => {
  const printed = entries().filter(({ published }) => (published?.total ?? 0) % 1000 !== 0);
  const exact = printed.filter(({ id }) => {
    const entry = entries().find((each) => each.id === id);
    assert.ok(entry !== undefined);
    const stated = (entry.published?.total ?? 0) - (entry.published?.beside?.parameters ?? 0);
    return networkParameters(networkOf(entry)) === stated;
  });
  assert.ok(exact.length >= 102, `${exact.length} of ${printed.length}`);
});
