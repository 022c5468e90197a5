import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { deadlinesSchema } from "./schemas/deadlines.ts";

const DRIVING = ["deadlines", "examples/scenarios/driving.json", "--duration", "20s"];

async function answered(...args: readonly string[]) {
  const { status, out, err } = await ran([...DRIVING, ...args, "--json"]);
  assert.equal(status, 0, err);
  const answer = JSON.parse(out);
  deadlinesSchema.parse(answer);
  return answer;
}

test("tenlane deadlines of the driving scenario counts every frame and fits its schema", async () => {
  const { tasks, missRate } = await answered();
  const frames = Object.fromEntries(
    tasks.map(({ name, frames }: { name: string; frames: number }) => [name, frames]),
  );
  assert.equal(frames["detect-front"], 600);
  assert.equal(frames["plan"], 600);
  assert.equal(frames["lidar"], 200);
  assert.ok(missRate.p10 <= missRate.p50 && missRate.p50 <= missRate.p90);
});

test("tenlane deadlines misses no fewer on one device than on two", async () => {
  const [one, two] = [await answered("--devices", "1"), await answered("--devices", "2")];
  assert.ok(one.missRate.p50 >= two.missRate.p50);
  assert.ok(one.utilisation[0] > two.utilisation[0]);
});

test("tenlane deadlines of the recommendation scenario: visitors wait out a batch of pictures in time; taken for frames, those who wait are dropped", async () => {
  const text = readFileSync("examples/scenarios/recommendation.json", "utf8");
  const asked = async (scenario: string) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "shop.json"), scenario);
    const said = await ran(["deadlines", "shop.json"], { folder });
    const { out, status } = await ran(["deadlines", "shop.json", "--json"], { folder });
    assert.equal(status, 0);
    return { text: said.out, rank: JSON.parse(out).tasks[0] };
  };
  const waits = await asked(text);
  assert.equal(waits.rank.dropped, 0);
  assert.ok(waits.rank.missRate.p50 < 0.01 && waits.rank.response.p99 > 10e-3);
  assert.doesNotMatch(waits.text, /dropped/u);
  const frames = await asked(text.replace('"waiting": 64,', ""));
  assert.ok(frames.rank.missRate.p50 > 0.1);
  assert.match(frames.text, /dropped while they waited, .*: 1\d\.\d % of rank\n/u);
  const few = await asked(text.replace('"inputs": 256', '"inputs": 8'));
  assert.ok(few.rank.response.p99 < waits.rank.response.p99 / 5);
});

test("tenlane deadlines of the medical scenario: an emergency waits for the study under way, and is in time", async () => {
  const { out, status } = await ran(["deadlines", "examples/scenarios/medical.json", "--json"]);
  assert.equal(status, 0);
  const answer = JSON.parse(out);
  deadlinesSchema.parse(answer);
  const missed = answer.tasks.map((task: { missRate: { p50: number } }) => task.missRate.p50);
  assert.deepEqual(missed, [0, 0, 0]);
});

test("tenlane deadlines of the translation scenario: eight windows together are in time, one at a time a third and more are late", async () => {
  const text = readFileSync("examples/scenarios/translation.json", "utf8");
  const missed = async (scenario: string) => {
    const folder = emptyFolder();
    writeFileSync(join(folder, "hall.json"), scenario);
    const { out, status } = await ran(["deadlines", "hall.json", "--json"], { folder });
    assert.equal(status, 0);
    return Number(JSON.parse(out).tasks[1].missRate.p50);
  };
  assert.ok((await missed(text)) < 0.01);
  const single = text.replaceAll('"inputs": 8', '"inputs": 1').replace("2 Hz", "16 Hz");
  assert.ok((await missed(single)) > 0.33);
});

test("tenlane deadlines counts the tokens that a task writes", async () => {
  const folder = emptyFolder();
  const service = async (output: number) => {
    const task = { name: "hear", rate: "1 Hz", deadline: "1 s", model: "whisper-small", output };
    const file = { name: "one", device: "l4", duration: "10 s", tasks: [task] };
    writeFileSync(join(folder, "one.json"), JSON.stringify(file));
    const { out } = await ran(["deadlines", "one.json", "--json"], { folder });
    return Number(JSON.parse(out).tasks[0].service.p50);
  };
  const [none, few, many] = [await service(0), await service(10), await service(40)];
  assert.ok(none < few && few < many);
});

test("tenlane deadlines with known times needs no device; with models it asks for one", async () => {
  const folder = emptyFolder();
  const task = { name: "camera", rate: "30 Hz", deadline: "33 ms" };
  const file = (work: object) => {
    const scenario = { name: "one", duration: "10 s", tasks: [{ ...task, ...work }] };
    writeFileSync(join(folder, "one.json"), JSON.stringify(scenario));
  };
  file({ service: "40 ms" });
  const { status, out } = await ran(["deadlines", "one.json"], { folder });
  assert.equal(status, 0);
  assert.match(out, /deadlines missed 100 %/u);
  file({ model: "resnet-50" });
  const refused = await ran(["deadlines", "one.json"], { folder });
  assert.equal(refused.status, 2);
  assert.match(refused.err, /a device/u);
});

test("tenlane deadlines of a bad scenario names the field", async () => {
  const folder = emptyFolder();
  const tasks = [{ name: "camera", rate: "30 Hz", deadline: "soon", service: "1 ms" }];
  writeFileSync(join(folder, "bad.json"), JSON.stringify({ name: "x", duration: "1 s", tasks }));
  const { status, err } = await ran(["deadlines", "bad.json"], { folder });
  assert.equal(status, 2);
  assert.match(err, /tasks\[0\]\.deadline/u);
});

const ENDLESS = [
  ["--duration", "100000d", /at most 10000000 frames/u],
  ["--duration", "0s", /above zero/u],
  ["--devices", "1000000000", /devices/u],
] as const;

for (const [flag, value, expected] of ENDLESS) {
  test(`tenlane deadlines ${flag} ${value} is refused, not run`, async () => {
    const { status, err } = await ran([
      "deadlines",
      "examples/scenarios/driving.json",
      flag,
      value,
    ]);
    assert.equal(status, 2);
    assert.match(err, expected);
  });
}

test("tenlane deadlines refuses a device and an engine where no task names a model", async () => {
  const folder = emptyFolder();
  const task = { name: "control", rate: "100Hz", deadline: "10ms", service: "2ms" };
  writeFileSync(
    join(folder, "plant.json"),
    JSON.stringify({ name: "plant", duration: "1s", tasks: [task] }),
  );
  for (const more of [
    ["--device", "h100-sxm"],
    ["--engine", "static"],
  ] as const) {
    const { status, err } = await ran(["deadlines", "plant.json", ...more], { folder });
    assert.equal(status, 2);
    assert.match(err, new RegExp(`${more[0]}\\n.*a task with a model\\n.*only tasks`, "u"));
  }
  assert.equal((await ran(["deadlines", "plant.json", "--devices", "2"], { folder })).status, 0);
});
