import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { decodeNetworkEntry, entryNetwork, type NetworkEntry } from "./network-entry.ts";
import type { Network } from "./network.ts";
import { networkMacs, networkParameters } from "./network-size.ts";

const folder = new URL("../../catalogue/models/", import.meta.url);

function entries(): readonly NetworkEntry[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.flatMap((file) => {
    const json: unknown = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    if (typeof json !== "object" || json === null || !("network" in json)) return [];
    const entry = decodeNetworkEntry(json);
    assert.ok(entry.ok, `${file}: ${JSON.stringify(entry)}`);
    assert.equal(`${entry.value.id}.json`, file);
    return [entry.value];
  });
}

/** One in a hundred, or half of the last digit printed where that is coarser ("0.04 G"). */
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
  test(`entryNetwork() of ${id} counts what ${published?.source ?? "no source"} prints`, () => {
    const network = entryNetwork(entry, published?.input);
    assert.ok(network.ok, JSON.stringify(network));
    const counts = [
      ["total", networkParameters(network.value)],
      [
        "macs",
        networkMacs(
          published?.counts === "layers" ? withoutAttention(network.value) : network.value,
        ),
      ],
    ] as const;
    for (const [key, counted] of counts) {
      const printed = published?.[key];
      if (printed === undefined) continue;
      const off = Math.abs(counted - printed);
      assert.ok(off <= tolerance(printed), `${key}: counted ${counted}, printed ${printed}`);
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

test("decodeNetworkEntry() says where an entry is wrong", () => {
  const wrong = decodeNetworkEntry({
    id: "x",
    name: "X",
    aliases: [1],
    source: "none",
    network: {},
  });
  assert.ok(!wrong.ok);
  assert.deepEqual(wrong.error.path, ["aliases", 0]);
});

const resnet18: NetworkEntry = {
  id: "drawn",
  name: "Drawn",
  aliases: [],
  source: "this test",
  network: { family: "resnet", blocks: [2, 2, 2, 2], block: "basic", image: 224 },
};

test("entryNetwork() on a larger image keeps the parameters", () => {
  const [small, large] = [entryNetwork(resnet18), entryNetwork(resnet18, { image: 288 })];
  assert.ok(small.ok && large.ok);
  assert.equal(networkParameters(large.value), networkParameters(small.value));
  assert.ok(networkMacs(large.value) > 1.6 * networkMacs(small.value));
});

test("entryNetwork() refuses a size the network has not, and a figure it does not know", () => {
  const frames = entryNetwork(resnet18, { frames: 100 });
  const unknown = entryNetwork({ ...resnet18, network: { ...resnet18.network, depth: 18 } });
  const family = entryNetwork({ ...resnet18, network: { family: "perceptron" } });
  assert.deepEqual(!frames.ok && frames.error.path, ["frames"]);
  assert.ok(!unknown.ok);
  assert.deepEqual(!family.ok && family.error.path, ["family"]);
});
