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

/**
 * Detectors as mmdetection counts them at 1280 by 800, a thousand regions and a hundred masks; RetinaNet's sixth level begins at C5 there, 1.1 G of the difference.
 *
 * Source: open-mmlab/mmdetection docs/en/user_guides/useful_tools.md (RetinaNet, ResNet-50); configs/res2net/README.md
 * (Faster R-CNN, R-101-FPN); Liu et al. 2024 (arXiv 2401.10166), table 2 (Mask R-CNN, ResNet-50, 260 G)
 */
const DETECTORS = [
  ["retinanet-resnet50", { classes: 80 }, [3, 4, 6, 3], 239.32e9],
  ["faster-rcnn-resnet50", { classes: 81 }, [3, 4, 23, 3], 283.14e9],
  ["mask-rcnn-resnet50", { classes: 81 }, [3, 4, 6, 3], 260e9],
] as const;

for (const [id, figures, blocks, printed] of DETECTORS) {
  test(`decodeModelEntry() of ${id} of ${blocks.join("-")} blocks counts what mmdetection prints within 1 %`, () => {
    const entry = entries().find((each) => each.id === id);
    assert.ok(entry?.network !== undefined);
    const trunk = { ...Object(entry.network["trunk"]), blocks };
    const network = { ...entry.network, ...figures, trunk };
    const counted = networkMacs(networkOf({ ...entry, network }, { image: [800, 1280] }));
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
