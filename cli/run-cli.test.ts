import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { COMMANDS } from "./commands.ts";

const CONFIG = "cli/fixtures/qwen3-32b.json";

for (const { name, schema } of COMMANDS) {
  test(`tenlane ${name} --help shows its summary and examples`, async () => {
    const { status, out } = await ran([name, "--help"]);
    assert.equal(status, 0);
    assert.match(out, new RegExp(`Usage: tenlane ${name}`, "u"));
    assert.match(out, new RegExp(`Examples:\n {2}\\$ tenlane ${name}`, "u"));
  });

  test(`tenlane help ${name} prints the same as --help`, async () => {
    assert.equal((await ran(["help", name])).out, (await ran([name, "--help"])).out);
  });

  if (schema === undefined) continue;
  test(`tenlane schema ${name} is a JSON Schema`, async () => {
    const { status, out } = await ran(["schema", name]);
    assert.equal(status, 0);
    assert.match(JSON.parse(out).$schema, /json-schema\.org/u);
  });
}

test("tenlane estimate of a network prints samples a second, one alone, and the transfer apart", async () => {
  const { status, out } = await ran(["estimate", "resnet-50", "--device", "l4"]);
  assert.equal(status, 0);
  assert.match(out, /^samples +[\d.]+ k?samples\/s \[/mu);
  assert.match(out, /^latency of one alone/mu);
  assert.match(out, /^transfer from and to the host/mu);
});

test("tenlane without arguments prints the help", async () => {
  const { status, out } = await ran([]);
  assert.equal(status, 0);
  assert.match(out, /Usage: tenlane/u);
});

test("tenlane --version prints the version", async () => {
  assert.match((await ran(["--version"])).out, /^\d+\.\d+\.\d+\n$/u);
});

test("tenlane of an unknown command suggests the nearest and ends with 2", async () => {
  const { status, err } = await ran(["raed"]);
  assert.equal(status, 2);
  assert.match(err, /Did you mean read\?/u);
});

const MISUSED = [
  [
    ["read", CONFIG, "--jsno"],
    /^error: --jsno\n {2}expected {2}.+ Did you mean --json\?\n {2}got {7}--jsno\n$/u,
  ],
  [["plan"], /^error: model\n {2}expected {2}an argument.+\n {2}got {7}nothing\n$/u],
  [["plan", "a", "b"], /^error: plan\n {2}expected {2}arguments: 1 .+\n {2}got {7}2\n$/u],
  [["plan", "a", "--ttft"], /^error: --ttft\n {2}expected {2}<time> .+\n {2}got {7}nothing\n$/u],
  [["worker"], /^error: --queue\n {2}expected {2}--queue <url>.+\n {2}got {7}nothing\n$/u],
  [
    ["simulate", "a", "--clock", "sun"],
    /^error: --clock\n {2}expected {2}one of client, engine\n {2}got {7}"sun"\n$/u,
  ],
] as const;

for (const [args, expected] of MISUSED) {
  test(`tenlane ${args.join(" ")} ends with 2 and says what, what was expected and what was got`, async () => {
    const { status, out, err } = await ran(args);
    assert.equal(status, 2);
    assert.equal(out, "");
    assert.match(err, expected);
  });
}

test("tenlane --help says defaults of times and sizes in the units that flags take", async () => {
  for (const { name } of COMMANDS) {
    const { out } = await ran([name, "--help"], { columns: 400 });
    assert.doesNotMatch(out, /<(?:time|size)> .*\(default: (?:[\d.]+|null)\)/u, name);
  }
  assert.match((await ran(["simulate", "--help"])).out, /--repair <time> .*\(default: 10min\)/u);
});

test("tenlane read prints the path of a bad field, what was expected and what was got", async () => {
  const folder = emptyFolder();
  const config = { ...JSON.parse(readFileSync(CONFIG, "utf8")), hidden_size: "many" };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  const { status, err, out } = await ran(["read", folder]);
  assert.equal(status, 2);
  assert.equal(out, "");
  assert.match(err, /hidden_size\n {2}expected {2}.+\n {2}got {7}"many"\n/u);
});

test("tenlane read of a file that is not JSON ends with 2", async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, "config.json"), "{");
  const { status, err } = await ran(["read", folder]);
  assert.equal(status, 2);
  assert.match(err, /expected {2}JSON/u);
});

test("tenlane expand refuses a split that the heads do not allow", async () => {
  const { status, err } = await ran(["expand", CONFIG, "--tp", "3"]);
  assert.equal(status, 2);
  assert.match(err, /divisor of 64 heads/u);
});

test("tenlane catalogue takes a user's devices, checked by the same schema", async () => {
  const folder = emptyFolder();
  const accelerators = [
    {
      id: "mine",
      name: "My Card",
      vendor: "Me",
      kind: "gpu",
      status: "shipping",
      aliases: [],
      figures: { "power/max": { value: "300 W", source: "own", at: "measured" } },
    },
  ];
  const own = { title: "Own", publisher: "Me", url: "https://example.org", read: "2026-01-01" };
  const sources = { own: { ...own, class: "secondary" } };
  const file = join(folder, "my.json");
  writeFileSync(file, JSON.stringify({ accelerators, sources }));
  const { status, out, err } = await ran(["catalogue", "mine", "--catalogue", file]);
  assert.equal(status, 0, err);
  assert.match(out, /300 W/u);
  writeFileSync(
    file,
    JSON.stringify({ accelerators: [{ ...accelerators[0], kind: "car" }], sources }),
  );
  const refused = await ran(["catalogue", "mine", "--catalogue", file]);
  assert.equal(refused.status, 2);
  assert.match(refused.err, /accelerators\[0\]\.kind/u);
});

test("tenlane plan says of a user's device that no engine runs on its vendor's devices, and of regions which there are", async () => {
  const file = join(emptyFolder(), "my.json");
  const card = { id: "mine", name: "Mine", vendor: "Me", kind: "gpu", status: "shipping" };
  writeFileSync(file, JSON.stringify({ accelerators: [{ ...card, aliases: [], figures: {} }] }));
  const plan = ["plan", "qwen3-32b", "--no-simulate"];
  const { status, err } = await ran([...plan, "--catalogue", file, "--device", "mine"]);
  assert.equal(status, 2);
  assert.match(err, /--device[\s\S]+AMD, [\s\S]+NVIDIA[\s\S]+mine of Me/u);
  const nowhere = await ran([...plan, "--region", "mars"]);
  assert.equal(nowhere.status, 2);
  assert.match(nowhere.err, /--region[\s\S]+us-east-1[\s\S]+mars/u);
  assert.equal((await ran(["catalogue", "--kind", "car"])).status, 2);
});

test("tenlane catalogue shows an entry of each kind with what was printed and where", async () => {
  const shown = [
    ["gb200-nvl72", /72 × gb200[\s\S]+link\/domain/u],
    ["p5.48xlarge", /8 × h100-sxm[\s\S]+demand, us-east-1, [\d-]+ +[\d.]+ USD\/h/u],
    ["gcp/europe-west4", /carbon\/average +[\d.]+ gCO2eq\/kWh/u],
    [
      "trn2.3xlarge",
      /no price read +\[1\][\s\S]+no price read: not in the on-demand list of us-east-1/u,
    ],
    [
      "h100-sxm",
      /900 GB\/s +\[1\][\s\S]+\n\[1\] Stas Bekman, [^…]+, read 2026-08-22, secondary\n/u,
    ],
    ["TPU v6e", /memory\/device\/capacity/u],
    ["qwen3-32b", /parameters +32762123264 +\[1\][\s\S]+\[1\] huggingface\.co/u],
  ] as const;
  for (const [entry, expected] of shown) {
    const { status, out } = await ran(["catalogue", entry]);
    assert.equal(status, 0, entry);
    assert.match(out, expected);
  }
  const { status, err } = await ran(["catalogue", "dgx-h"]);
  assert.equal(status, 2);
  assert.match(err, /did you mean dgx-h100, dgx-h200\?/u);
});

test("a failure that is no input error ends with 1 and shows its stack only when asked", async () => {
  const print = (): never => {
    throw new Error("the disk is full");
  };
  const short = await ran(["catalogue"], { print });
  assert.equal(short.status, 1);
  assert.match(short.err, /the disk is full/u);
  assert.doesNotMatch(short.err, /at .*print/u);
  assert.match((await ran(["catalogue", "--verbose"], { print })).err, /at .*print/u);
  assert.match(
    (await ran(["catalogue"], { print, environment: { DEBUG: "1" } })).err,
    /at .*print/u,
  );
});

test("tenlane read refuses an index of shards that leads out of its folder", async () => {
  const folder = emptyFolder();
  const file = join(folder, "model.safetensors.index.json");
  for (const name of ["../../etc/passwd", "/etc/passwd", "..", "../x.safetensors"]) {
    writeFileSync(file, JSON.stringify({ weight_map: { "a.weight": name } }));
    const { status, err } = await ran(["read", folder]);
    assert.equal(status, 2);
    assert.match(err, /same folder/u);
  }
});

test("tenlane read of bytes that are no model ends with 2", async () => {
  const file = join(emptyFolder(), "model.gguf");
  for (const bytes of ["", "GGUF", "GGUF\u0003\0\0\0" + "\u00ff".repeat(64), "\0".repeat(4096)]) {
    writeFileSync(file, bytes, "latin1");
    assert.equal((await ran(["read", file])).status, 2, JSON.stringify(bytes.slice(0, 12)));
  }
});

test("tenlane plan takes a percentile as people write it: p99, 99%, 0.99", async () => {
  const asked = ["plan", CONFIG, "--device", "h100-sxm", "--rate", "2/s", "--tpot", "40ms"];
  const outs = [];
  for (const percentile of ["p99", "99%", "0.99"]) {
    outs.push((await ran([...asked, "--no-simulate", "--percentile", percentile])).out);
  }
  assert.match(outs[0] ?? "", /^Best: /mu);
  assert.equal(new Set(outs).size, 1);
  assert.equal((await ran([...asked, "--percentile", "pp"])).status, 2);
});
