import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { program } from "./program.ts";
import { ownShell } from "./shell.ts";

const OWN = {
  sources: {
    here: {
      title: "Here",
      publisher: "me",
      url: "about:blank",
      read: "2026-11-25",
      class: "secondary",
    },
  },
  accelerators: [
    {
      id: "desk",
      name: "My desk",
      vendor: "Intel",
      kind: "cpu",
      status: "shipping",
      aliases: [],
      figures: {
        "peak/matrix/fp32/dense": { value: "400 GFLOP/s", source: "here", at: "a test" },
        "peak/vector/fp32": { value: "400 GFLOP/s", source: "here", at: "a test" },
        "memory/device/bandwidth": { value: "40 GB/s", source: "here", at: "a test" },
        "memory/device/capacity": { value: "32 GB", source: "here", at: "a test" },
      },
    },
  ],
};

/** A folder with the device in desk.json, and an environment in which it is known as "desk". */
function withDesk() {
  const folder = emptyFolder();
  const devices = join(folder, "tenlane", "devices");
  mkdirSync(devices, { recursive: true });
  for (const file of [join(devices, "desk.json"), join(folder, "desk.json")]) {
    writeFileSync(file, JSON.stringify(OWN));
  }
  return { folder, environment: { XDG_DATA_HOME: folder } };
}

for (const name of ["desk", "desk.json"]) {
  test(`tenlane estimate --on ${name} answers what --device and --catalogue answer`, async () => {
    const shell = withDesk();
    const on = await ran(["estimate", "resnet-50", "--on", name, "--json"], shell);
    assert.equal(on.status, 0, on.err);
    const spelt = ["--device", "desk", "--catalogue", "desk.json", "--json"];
    assert.equal(on.out, (await ran(["estimate", "resnet-50", ...spelt], shell)).out);
    assert.match(on.out, /My desk/u);
  });
}

test("tenlane plan --on desk ranks the device and no other", async () => {
  const { status, out, err } = await ran(["plan", "resnet-50", "--on", "desk"], withDesk());
  assert.equal(status, 0, err);
  assert.match(out, /My desk/u);
});

for (const [args, expected] of [
  [["plan", "Qwen/Qwen3-0.6B"], /1 × desk +1×1 +fp32/u],
  [["claim", "2 x desk vs 1 x desk"], /peak fp32 +2×/u],
  [["cost", "Qwen/Qwen3-0.6B", "--price", "$3000"], /own +\$0\.\d+ .*\[/u],
  [["cost", "--machine", "1 x desk", "--price", "$3000"], /own +\$0\.\d+ .*\[/u],
  [["energy", "--machine", "1 x desk"], /at the wall, at work .* W \[/u],
  // Whose --target is a share, and stays what it was.
  [["reliability", "--machine", "1 x desk"], /keep 1 up with 99\.9 %/u],
] as const) {
  test(`tenlane ${args.join(" ")} --on desk answers of a machine without price and rating`, async () => {
    const { status, out, err } = await ran([...args, "--on", "desk"], withDesk());
    assert.equal(status, 0, err);
    assert.match(out, expected);
  });
}

test("tenlane plan --on desk keeps weights in 4 bits where the machine multiplies 32-bit floats alone", async () => {
  const asked = ["plan", "Qwen/Qwen3-0.6B", "--on", "desk", "--precision"];
  const { status, out } = await ran([...asked, "w4a16"], withDesk());
  assert.equal(status, 0);
  assert.match(out, /1 × desk +1×1 +w4a16/u);
  assert.match(out, /no bf16 units; computed in fp32/u);
  // What is multiplied in 8 bits is not widened: it would be another model.
  assert.match((await ran([...asked, "w8a8"], withDesk())).out, /^no plan/u);
});

test("tenlane sweep and deadlines --on desk put the machine in the place of what their files name", async () => {
  const shell = withDesk();
  const study = {
    name: "small",
    options: { model: "Qwen/Qwen3-0.6B", device: "h100-sxm", requests: 10, input: 20, output: 4 },
    plans: [{ name: "one" }, { name: "four bits", device: "l40s", precision: "w4a16" }],
    rates: ["0.1/s"],
  };
  writeFileSync(join(shell.folder, "study.json"), JSON.stringify(study));
  const scenario = join(import.meta.dirname, "../examples/scenarios/driving.json");
  for (const args of [
    ["sweep", "study.json", "--workers", "1"],
    ["deadlines", scenario, "--duration", "1s"],
  ]) {
    const on = await ran([...args, "--on", "desk", "--json"], shell);
    assert.equal(on.status, 0, on.err);
    const spelt = ["--device", "desk", "--catalogue", "desk.json", "--json"];
    assert.equal(on.out, (await ran([...args, ...spelt], shell)).out);
    assert.notEqual(on.out, (await ran([...args, "--json"], shell)).out);
  }
});

test("every command that takes --catalogue takes --on, and tenlane optimise by it what --target and --catalogue say", async () => {
  const shell = { ...ownShell(), ...withDesk() };
  const root = await program(shell, () => true);
  for (const each of root.commands) {
    const flags = new Set(each.options.map(({ long }) => long));
    assert.equal(flags.has("--on"), flags.has("--catalogue"), each.name());
  }
  const optimise = root.commands.find((each) => each.name() === "optimise");
  optimise?.action(() => {});
  await root.parseAsync(["optimise", "model.onnx", "--on", "desk"], { from: "user" });
  const { target, catalogue } = optimise?.opts() ?? {};
  assert.equal(target, "desk");
  assert.match(catalogue, /devices\/desk\.json$/u);
});

test("tenlane estimate --on of a name that nobody wrote down is refused with where it was looked for", async () => {
  const { status, err } = await ran(["estimate", "resnet-50", "--on", "attic"], withDesk());
  assert.equal(status, 2);
  assert.match(err, /error: --on\n {2}expected .*devices\/attic\.json.*\n {2}got {7}"attic"/u);
});

for (const other of [
  ["--device", "h100-sxm"],
  ["--catalogue", "desk.json"],
]) {
  test(`tenlane estimate --on desk ${other[0]} is refused, in either order`, async () => {
    const on = ["--on", "desk"];
    for (const flags of [
      [...on, ...other],
      [...other, ...on],
    ]) {
      const { status, err } = await ran(["estimate", "resnet-50", ...flags], withDesk());
      assert.equal(status, 2);
      assert.match(err, /--on <machine>' cannot be used with option/u);
    }
  });
}

test("tenlane measure lanes --help shows its examples", async () => {
  const { status, out } = await ran(["measure", "lanes", "--help"]);
  assert.equal(status, 0);
  assert.match(out, /Examples:\n {2}\$ tenlane measure lanes\n/u);
});

for (const [flag, value, expected] of [
  ["--parts", "wasm,abacus", /expected {2}some of wasm, native/u],
  ["--output", "mine.txt", /expected {2}a file that ends with \.json/u],
  ["--budget", "60", /expected {2}a time/u],
] as const) {
  test(`tenlane measure lanes ${flag} ${value} is refused`, async () => {
    const { status, err } = await ran(["measure", "lanes", flag, value]);
    assert.equal(status, 2);
    assert.match(err, expected);
  });
}

test("tenlane measure lanes --parts cuda --json prints JSON, and says of what is absent that it is absent", async () => {
  const folder = emptyFolder();
  const args = ["measure", "lanes", "--parts", "cuda", "--budget", "1s", "--json"];
  const { status, out, err } = await ran(args, { folder, environment: { XDG_DATA_HOME: folder } });
  assert.equal(status, 0, err);
  const { lanes, files, notes } = JSON.parse(out);
  assert.deepEqual(lanes, []);
  if (notes.length === 1) {
    assert.match(notes[0], /^NVIDIA: /u);
    assert.deepEqual(files, []);
  }
});

test("tenlane measure lanes --root reads the tree that it names, not this machine", async () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, "proc"));
  writeFileSync(join(folder, "proc/cpuinfo"), "model name\t: Abacus 7\n");
  const args = ["measure", "lanes", "--parts", "cuda", "--root", folder];
  const { status, out, err } = await ran(args, { folder, environment: { XDG_DATA_HOME: folder } });
  assert.equal(status, 0, err);
  assert.match(out, /^Abacus 7, 1 threads\n/u);
});
